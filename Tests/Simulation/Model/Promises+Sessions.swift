internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner

/// The promise to whoever reads the parameter `session`: what stands there works until its own end,
/// and before that end there is another.
extension Promises {
  /// The session that consumers read; nil: none, or no session at all.
  private var publishedSession: ModelAWS.Session? {
    guard let settings = user.session, let version = aws.newest(settings.parameter),
      let read = SessionDocument.read(SecretBytes(copying: version.value))
    else { return nil }
    return aws.session(read.accessKeyId)
  }

  /// It lives on without its key. But as caution that stays Active until another session is out,
  /// unless somebody ordered otherwise.
  func checkCaution(_ id: AccessKeyID) {
    guard let session = publishedSession, session.key == id, aws.time < session.expiresAt,
      !sessionMeddled, !mayBeReplaced.contains(id)
    else { return }
    fail("session: \(id) is made Inactive before there is a session of another key")
  }

  /// Asked after every change, as promise 1 is.
  package func checkSession(mayHaveEnded: Bool = true) {
    guard let settings = user.session else { return }
    guard let session = publishedSession else {
      if aws.newest(settings.parameter) == nil ? hasSession : true, !sessionMeddled {
        fail("session: the parameter holds none")
      }
      return
    }
    hasSession = true
    if aws.time >= session.expiresAt {
      if !mayHaveEnded, !sessionMeddled {
        fail("session: \(session.accessKeyId) ended before there was another")
      }
    } else if aws.mayAct(session) {
      sessionMeddled = false
    } else if !sessionMeddled {
      fail("session: \(session.accessKeyId) is denied, and there is no other")
    }
  }

  /// A run that ended well and found nothing in its way leaves a session of the published key with
  /// half of its time.
  func checkFreshSession(since start: Double) {
    guard let period = user.policy.session?.inSeconds, !sessionMeddled,
      publishedWorks
    else { return }
    guard let session = publishedSession else {
      return fail("session: a run ended well and left none")
    }
    if session.key != published { fail("session: a run ended well and left one of \(session.key)") }
    if session.expiresAt < start + period / 2 - 3 {
      fail("session: a run ended well and left one that ends in \(session.expiresAt - start) s")
    }
  }

  /// What is put there was proven before.
  func checkSessionPut(_ value: [UInt8]) {
    guard let read = SessionDocument.read(SecretBytes(copying: value)),
      let session = aws.session(read.accessKeyId)
    else { return fail("session: something else is put there") }
    if !session.wasProven { fail("session: \(session.accessKeyId) is published without a proof") }
  }

  /// AWS takes each code once, so none is sent again, by whichever run.
  func checkCode(_ code: String) {
    let steps = aws.steps(of: code)
    if !steps.isEmpty, steps.allSatisfy(aws.spentSteps.contains) {
      fail("session: a code is sent again")
    }
  }
}
