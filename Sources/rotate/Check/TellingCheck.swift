internal import Configuration
internal import AWSClient
internal import RotationPlanner

/// Who is told, what watches, which commands run: whether this host bears out what the configuration
/// says of them, as a run finds it at its start. Nothing is sent or run.
struct TellingCheck {
  let configuration: Configuration
  let environment: [String: String]
  /// Reads secrets in Parameter Store; nil where there are no credentials for AWS.
  let client: ServiceClient?

  var lines: [CheckLine] {
    let refusals = Preflight.refusals(
      configuration, SecretReader(environment: environment, client: client))
    let refused = Set(refusals.map(\.part))
    return sound(refused) + refusals.map(Self.line)
  }

  private static func line(_ refusal: Refusal) -> CheckLine {
    var line = CheckLine(refusal.finding, refusal.part.subject)
    line.result = refusal.isRequired ? .failed : .act
    return refusal.needsUnit ? line.leftToTheUnit : line
  }

  // MARK: What is well

  private func sound(_ refused: Set<Refusal.Part>) -> [CheckLine] {
    [channels(refused), heartbeat(refused), metrics(refused), hooks(refused)].compactMap { $0 }
  }

  private func channels(_ refused: Set<Refusal.Part>) -> CheckLine? {
    let sound = configuration.notify.channels.filter { !refused.contains(.channel($0.name)) }
    guard !sound.isEmpty else { return nil }
    return CheckLine(
      code: .checkNotify, .ok, "notify",
      "\(CheckWords.count(sound.count, "channel")) (\(CheckWords.list(sound.map(\.name)))) "
        + "\(sound.count == 1 ? "looks" : "look") right\(unread(sound.flatMap(\.secrets))); nothing "
        + "was sent: `rotate notify --test` sends")
  }

  private func heartbeat(_ refused: Set<Refusal.Part>) -> CheckLine? {
    guard let settings = configuration.heartbeat, !refused.contains(.heartbeat) else { return nil }
    let failing =
      settings.failUrl == nil ? "`url` with `/fail` at the end of its path" : "`failUrl`"
    let asked =
      "after a run that ends with 0 `url` is asked for, after any other \(failing)"
      + "\(unread(settings.secrets)); nobody asked for it now"
    guard let claim = claim(settings) else {
      return CheckLine(code: .checkHeartbeat, .ok, "heartbeat", asked)
    }
    return CheckLine(
      code: .checkHeartbeat, .act, "heartbeat", "\(claim); \(asked)",
      remedy: "give `failUrl` what the service wants after a failed run: for Uptime Kuma the same "
        + "URL with status=down")
  }

  /// What a service might take for success after a failed run.
  private func claim(_ settings: HeartbeatSettings) -> String? {
    let source = settings.failUrl ?? settings.url
    let reader = SecretReader(environment: environment, client: client)
    guard let url = try? reader.url(source), HeartbeatURL(url).claimsSuccess else { return nil }
    return settings.failUrl == nil
      ? "the query of `url` says status=up, which is also sent after a failed run, to another path"
      : "the query of `failUrl` says status=up"
  }

  private func unread(_ sources: [SecretSource]) -> String {
    client == nil && sources.contains { $0.parameter != nil }
      ? ", parameters not read" : ""
  }

  private func metrics(_ refused: Set<Refusal.Part>) -> CheckLine? {
    guard let settings = configuration.metrics, !refused.contains(.metrics) else { return nil }
    return CheckLine(
      code: .checkMetrics, .ok, "metrics",
      "\(settings.textfile.value): its folder can be written")
  }

  private func hooks(_ refused: Set<Refusal.Part>) -> CheckLine? {
    let sound = HookEvent.allCases.flatMap { event in
      (configuration.hooks[event] ?? []).filter { !refused.contains(.hook($0.program.path)) }
        .map { _ in event.rawValue }
    }
    guard !sound.isEmpty else { return nil }
    var events: [String] = []
    for event in sound where !events.contains(event) { events.append(event) }
    return CheckLine(
      code: .checkHooks, .ok, "hooks",
      "\(CheckWords.count(sound.count, "command")) (\(events.joined(separator: ", "))), which nobody "
        + "else can change; none was run: `rotate --dry-run --run-hooks` runs them")
  }
}

extension CheckLine {
  /// Of a credential that systemd hands to the unit alone: whoever runs this by hand has none.
  var leftToTheUnit: CheckLine {
    var line = self
    line.result = .unknown
    line.remedy =
      "nothing, if the unit has it: `systemctl show rotate.service -p LoadCredential` tells"
    return line
  }
}

extension Refusal.Part {
  fileprivate var subject: String {
    switch self {
    case .channel: "notify"
    case .heartbeat: "heartbeat"
    case .metrics: "metrics"
    case .hook: "hooks"
    }
  }
}
