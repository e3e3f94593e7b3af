internal import Configuration
internal import AWSClient
internal import ArgumentParser
internal import RotationExecutor
internal import RotationPlanner

/// `rotate audit verify`.
struct AuditCheck {
  private let command: AuditCommand.Verify

  init(_ command: AuditCommand.Verify) { self.command = command }

  /// A head that a user's record keeps.
  private struct Anchored {
    var user: String
    var anchor: AuditAnchor
  }

  func present() throws {
    let paths = try AuditCommand.paths(command.files, config: command.connection.config)
    let configuration = command.anchors ? try command.connection.loadConfiguration() : nil
    let anchored: [Anchored]
    let found: AuditVerification
    do throws(CommandFailure) {
      anchored = try configuration.map { c throws(CommandFailure) in try anchors(c) } ?? []
      do throws(AuditFailure) {
        found = try AuditVerifier.verify(
          paths: paths, anchors: anchored.map(\.anchor),
          host: paths.last.flatMap { RunLock.host(at: RunLock.path(forLogAt: $0)) })
      } catch { throw CommandFailure(reading: error) }
    } catch { throw error.shown() }

    if let defect = found.defect {
      Console.out(
        "NOT INTACT  \(defect.path):\(defect.line): \(defect.problem) [\(defect.code.rawValue)]\n"
          + "            \(found.entries) entries before it are as they were written\n")
    } else {
      let tears = found.sealedTears
      Console.out(
        "intact: \(found.entries) entries, the newest is \(found.head.sequence)"
          + (tears == 0 ? "" : ", \(tears) sealed \(tears == 1 ? "tear" : "tears")") + "\n")
    }
    if let first = found.firstSequence, first > 1 {
      Console.out(
        "it goes on from an older file that wasn't looked at: entries 1 to \(first - 1)\n")
    }
    if let tear = found.unsealedTear {
      Console.out(
        "\(tear.path):\(tear.line): \(tear.bytes) bytes of an unfinished line at the end; "
          + "the next run seals them\n")
    }
    for (anchored, finding) in zip(anchored, found.anchors) { tell(anchored, finding) }
    if !found.isTrustworthy { throw ExitCode(1) }
  }

  private func tell(_ anchored: Anchored, _ finding: AuditAnchor.Finding) {
    let words =
      switch finding {
      case .found: "the log holds it"
      case .missing: "MISSING: the log was cut short, or an older copy was put in its place"
      case .differs: "DIFFERENT: the log was rewritten"
      case .outOfReach: "not in these files: it is older, or behind the bad line"
      case .anotherHost: "of another host, whose log has it"
      }
    Console.out(
      "record of \(anchored.user): entry \(anchored.anchor.head.sequence): \(words)\n")
  }

  private func anchors(_ configuration: Configuration) throws(CommandFailure) -> [Anchored] {
    guard configuration.file != nil else {
      throw CommandFailure(.selection(.noConfiguration))
    }
    let session = try command.connection.session(configuration)
    let client = session.makeClient()
    let directory = AWSDirectory(client)
    let selection = UserSelection(
      [], configuration: configuration, region: session.region,
      account: try session.identity(client).account, directory: directory)
    if let finding = selection.findings.first {
      throw CommandFailure(finding)
    }
    let aws = AWSAdapter(client)
    var result: [Anchored] = []
    for user in selection.users {
      var (user, record) = (user, try record(of: user, aws))
      if record == nil, let respelled = directory.respelled(user) {
        (user, record) = (respelled, try self.record(of: respelled, aws))
      }
      guard let text = record?.text, case .document(let document) = RecordDocument.read(text),
        let kept = document.audit, let host = kept.host
      else {
        Console.error("record of \(user.name): \(record == nil ? "none yet" : "keeps no head")")
        continue
      }
      result.append(
        Anchored(
          user: user.name,
          anchor: AuditAnchor(
            host: host, head: AuditHead(sequence: kept.sequence, hash: kept.hash))))
    }
    return result
  }

  private func record(
    of user: ManagedUser, _ aws: AWSAdapter
  ) throws(CommandFailure) -> Parameter? {
    do throws(CallFailure) { return try aws.decrypted(ParameterPlace(user.record)) } catch {
      throw CommandFailure(reading: user.record, error)
    }
  }
}
