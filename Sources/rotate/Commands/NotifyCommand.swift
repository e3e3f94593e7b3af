internal import Reports
internal import Configuration
internal import AWSClient
internal import ArgumentParser
internal import LibCrypto
internal import RotationPlanner
internal import struct FoundationEssentials.Date

struct NotifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notify",
    abstract: "Show the channels that people are told by, and try them.",
    usage: "rotate notify [--test] [--channel <name> ...] [options]",
    discussion: """
      Without --test: each channel, and whether this host bears out what the configuration says of \
      it. With --test a message that says it is a test goes to each channel, whatever its events.
      Exit code 0: all is well; 1: not.
      """)

  @Flag(help: "Send a test message.")
  var test = false

  @Option(
    name: .customLong("channel"),
    help: ArgumentHelp("Only this one; may be repeated.", valueName: "name"))
  var names: [String] = []

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    let configuration = try connection.loadConfiguration()
    let environment = ConnectionOptions.environment
    let known = configuration.notify.channels.map(\.name)
    for name in names where !known.contains(name) {
      let nearest = NearestName.of(name, among: known)
      throw ValidationError(
        "--channel \(name): the configuration has no such channel"
          + (nearest.map { "; did you mean \($0)?" } ?? ""))
    }
    let channels = configuration.notify.channels.filter {
      names.isEmpty || names.contains($0.name)
    }
    guard !channels.isEmpty else {
      Console.out("no channel is configured: nobody is told (`notify` in the configuration)\n")
      return
    }
    let refusals = Preflight.refusals(configuration, environment: environment)
    let sound = channels.filter { channel in
      !refusals.contains { $0.part == .channel(channel.name) }
    }
    var failures = channels.count - sound.count
    for refusal in refusals {
      guard case .channel(let name) = refusal.part, channels.contains(where: { $0.name == name })
      else { continue }
      Console.out("REFUSED   \(name): \(refusal.finding.message) [\(refusal.finding.code)]\n")
    }
    if test {
      failures += send(to: sound, configuration, environment)
    } else {
      for channel in sound { Console.out("ok        \(channel.name): \(channel.inWords)\n") }
    }
    if failures > 0 { throw ExitCode(1) }
  }

  /// How many were not told.
  private func send(
    to channels: [ChannelSettings], _ configuration: Configuration, _ environment: [String: String]
  ) -> Int {
    var session: AWSSession?
    var account: String?
    // Credentials are for SNS and for secrets in Parameter Store alone.
    if channels.contains(where: \.needsAWS) {
      do throws(CommandFailure) {
        let found = try connection.session(configuration)
        session = found
        account = try found.identity(found.makeHastyClient(within: .seconds(10))).account
      } catch {
        Console.error("rotate: \(error.finding.message) [\(error.finding.code)]")
      }
    }
    let announcer = Announcer(
      settings: configuration.notify, channels: channels, environment: environment,
      session: session)
    let notice = Notice(
      event: .test, severity: .notice, code: NoticeEvent.test.rawValue, user: nil,
      owner: configuration.defaults.contact.owner,
      title: "this is a test: nothing has happened",
      text: "sent by `rotate notify --test`", remedy: nil, keys: [], requestId: nil, topic: nil)
    let deliveries = announcer.tell(
      channels.map { ($0, [notice]) },
      as: Bulletin(
        notices: [], runId: nil, host: Aftermath.host, account: account,
        at: session?.shared.clock.now() ?? Date()))
    for delivery in deliveries {
      let name = delivery.channel.name
      Console.out(
        delivery.failure.map { "FAILED    \(name): \($0.message) [notify-failed]\n" }
          ?? "told      \(name): \(delivery.channel.inWords)\n")
    }
    return deliveries.count { $0.failure != nil }
  }
}

extension ChannelSettings {
  /// What it is, without anything secret.
  var inWords: String {
    let what =
      switch kind {
      case .slack: "an incoming webhook (Slack's form)"
      case .webhook: "a signed webhook"
      case .sns(let topic, _): "the topic \(topic)"
      case .email(let settings): "e-mail to \(settings.to.map(\.value).joined(separator: ", "))"
      }
    return events.count == NoticeEvent.configurable.count
      ? what : "\(what), of \(events.map(\.rawValue).sorted().joined(separator: ", "))"
  }

  /// Whether it can't be told without credentials for AWS.
  var needsAWS: Bool { topic != nil || secrets.contains { $0.parameter != nil } }
}
