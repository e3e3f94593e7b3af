internal import Reports
internal import Configuration
internal import AWSClient
internal import Host
internal import LibCrypto
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// Tells one channel, within a time limit. It belongs to one thread.
struct ChannelSender {
  let channel: ChannelSettings
  let environment: [String: String]
  /// Nil where this run has no credentials for AWS.
  let session: AWSSession?
  let deadline: ContinuousClock.Instant

  /// Nil where all of it was taken.
  func send(_ bulletin: Bulletin) -> TellingFailure? {
    do throws(TellingFailure) {
      switch channel.kind {
      case .slack(let url): try post(to: url, SlackMessage(bulletin).bytes)
      case .webhook(let url, let secret): try deliver(bulletin, url, secret)
      case .sns(let topic, let region): try publish(bulletin, topic, region)
      case .email(let settings): try mail(bulletin, settings)
      }
      return nil
    } catch { return error }
  }

  private var left: Duration { max(.milliseconds(500), deadline - .now) }

  private var client: ServiceClient? { session?.makeHastyClient(within: left) }

  private var reader: SecretReader { SecretReader(environment: environment, client: client) }

  // MARK: HTTP

  private func deliver(
    _ bulletin: Bulletin, _ url: SecretSource, _ secret: SecretSource
  ) throws(TellingFailure) {
    let body = WebhookMessage(bulletin, id: SecureRandom.id()).bytes
    let key = try reader.secret(secret)
    // The receiver judges by its own clock, so the host's is no worse than any; AWS's is better.
    let timestamp = Int(bulletin.at.timeIntervalSince1970)
    try post(
      to: url, body,
      WebhookSignature.headers(timestamp: timestamp, body: body, secret: key.bytes))
  }

  private func post(
    to source: SecretSource, _ body: [UInt8], _ headers: [(name: String, value: String)] = []
  ) throws(TellingFailure) {
    let url = try reader.url(source)
    try WebCall(environment: environment).send(
      "POST", url, [("Content-Type", "application/json")] + headers, SharedSecret(copying: body),
      within: left)
  }

  // MARK: SNS

  private func publish(
    _ bulletin: Bulletin, _ topic: String, _ region: String
  ) throws(TellingFailure) {
    guard let client else {
      throw TellingFailure("SNS can't be asked without AWS credentials")
    }
    let subject = bulletin.title.unicodeScalars.allSatisfy { $0.isASCII && $0.value >= 0x20 }
    let operation = SNS.publish(
      topicArn: topic, message: ChatEvent(bulletin, id: SecureRandom.id()).text,
      // Subscribers by e-mail see it; SNS takes ASCII alone.
      subject: subject ? String("rotate: \(bulletin.title)".prefix(100)) : "rotate",
      // For filter policies.
      attributes: [("severity", bulletin.severity.rawValue)])
    do throws(AWSFailure) { try client.run(Call(operation, region: region)) } catch {
      throw TellingFailure(
        "Publish: \(error.code.map { "\($0): " } ?? "")\(KeyTails.shorten(error.message))")
    }
  }

  // MARK: E-mail

  private func mail(
    _ bulletin: Bulletin, _ settings: ChannelSettings.MailSettings
  ) throws(TellingFailure) {
    // One mail for each set of receivers: an owner is told of their own users alone.
    let groups = Dictionary(grouping: bulletin.notices) { Self.receivers($0, settings) }
    for (to, notices) in groups.sorted(by: { $0.key.joined() < $1.key.joined() }) {
      var part = bulletin
      part.notices = notices
      let mail = MailMessage(
        from: settings.from, to: to, subject: "[rotate] \(part.title)", text: part.plainText,
        date: bulletin.at, id: SecureRandom.id(), host: bulletin.host)
      try hand(mail, to: settings.sendmail?.value ?? ChannelSettings.defaultSendmail)
    }
  }

  private static func receivers(
    _ notice: Notice, _ settings: ChannelSettings.MailSettings
  ) -> [String] {
    let owner = notice.owner.flatMap { ConfigurationReader.isAddress($0) ? $0 : nil }
    var result: [String] = []
    for address in settings.to {
      let to = address.value == ChannelSettings.ownerPlaceholder ? owner : address.value
      if let to, !result.contains(to) { result.append(to) }
    }
    return result
  }

  private func hand(_ mail: MailMessage, to program: String) throws(TellingFailure) {
    let request = ProcessRequest(
      arguments: [program, "-t", "-i"],
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]
        .merging(environment.filter { ["HOME", "USER", "LOGNAME"].contains($0.key) }) { $1 },
      timeLimit: left, outputLimit: 4 << 10, isIsolated: true, input: mail.bytes)
    do throws(ProcessFailure) {
      let output = try SystemProcesses().run(request)
      guard output.status == 0 else {
        let words = Redaction.firstLines(of: output.standardError)
        throw .notStarted(
          "it ended with \(output.status)" + (words.isEmpty ? "" : ": \(KeyTails.shorten(words))"))
      }
    } catch {
      switch error {
      case .timedOut: throw TellingFailure("\(program) didn't end in time")
      case .outputTooLarge: throw TellingFailure("\(program) said too much")
      case .notStarted(let why): throw TellingFailure("\(program): \(why)")
      }
    }
  }
}
