internal import LibCrypto
internal import OneTimePassword
internal import RotationPlanner

/// The MFA device of the model's user, and what STS makes of its codes.
extension ModelAWS {
  package struct Session: Sendable {
    var accessKeyId: String
    var secret: String
    var token: String
    /// What it was made with. It outlives that key.
    var key: AccessKeyID
    /// In whole seconds, as `aws:TokenIssueTime` is.
    var issuedAt: Double
    var expiresAt: Double
    var isStolen = false
    /// It has signed a call that AWS took.
    var wasProven = false
  }

  package static let mfaSerial = "arn:aws:iam::111122223333:mfa/deployer"
  /// In base32.
  static let mfaSeed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
  private static let device = try? TOTPSeed.read(SecretBytes(copying: mfaSeed))

  func session(_ accessKeyId: String) -> Session? {
    sessions.last { $0.accessKeyId == accessKeyId }
  }

  /// The steps whose code this may be: AWS puts up with a clock that is off by one.
  func steps(of code: String) -> [Int] {
    let now = TOTPStep(at: time).number
    return [now, now - 1, now + 1].filter { Self.device?.code(counter: $0) == code }
  }

  /// GetSessionToken. A code is spent by the first call that brings it, whatever comes of that.
  func makeSession(
    with id: AccessKeyID, secret: borrowing SecretBytes, serial: String, code: String, seconds: Int
  ) throws(Refusal) -> Session {
    if let refusal = authenticates(id, secret: secret) { throw refusal }
    noteUse(id, service: "sts")
    guard serial == Self.mfaSerial, (900...129_600).contains(seconds),
      let step = steps(of: code).first(where: { !spentSteps.contains($0) })
    else { throw Refusal("AccessDenied", 403) }
    spentSteps.insert(step)
    let number = sessions.count + 1
    let session = Session(
      accessKeyId: "ASIAMODEL\(number)", secret: "SECRETofKeySession\(number)",
      token: "TOKENwithSECRETofKey\(number)", key: id,
      issuedAt: time.rounded(.down), expiresAt: time.rounded(.down) + Double(seconds))
    sessions.append(session)
    return session
  }

  /// Whether AWS accepts a request that is signed with this session now.
  func authenticates(
    _ accessKeyId: String, secret: borrowing SecretBytes, token: borrowing SecretBytes
  ) -> Refusal? {
    guard let index = sessions.lastIndex(where: { $0.accessKeyId == accessKeyId }),
      secret.withUnsafeBytes({ $0.elementsEqual(sessions[index].secret.utf8) }),
      token.withUnsafeBytes({ $0.elementsEqual(sessions[index].token.utf8) }),
      key(sessions[index].key).map({ !isHidden($0) }) ?? true
    else { return Refusal("InvalidClientTokenId", 403) }
    guard time < sessions[index].expiresAt else { return Refusal("ExpiredToken", 403) }
    sessions[index].wasProven = true
    return nil
  }
}
