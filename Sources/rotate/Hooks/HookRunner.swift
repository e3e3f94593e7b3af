internal import Configuration
internal import AWSClient
internal import Host
internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner

/// Runs the configured commands, each within its time limit and all within one.
final class HookRunner: Sendable {
  /// For all hooks of a run together: whatever hangs, systemd's limit of an hour is far.
  static let allTheTime = Duration.seconds(15 * 60)

  /// Without those that were refused at the start.
  private let hooks: [HookEvent: [HookSettings]]
  /// What every hook gets.
  private let environment: [String: String]
  private let left = Locked(HookRunner.allTheTime)
  private let failed = Locked<[HookEvent: Int]>([:])

  init(_ hooks: [HookEvent: [HookSettings]], runId: String, region: String?, isDryRun: Bool) {
    self.hooks = hooks
    var environment = [
      "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
      "ROTATE_RUN_ID": runId,
    ]
    if let region { environment["ROTATE_REGION"] = region }
    if isDryRun { environment["ROTATE_DRY_RUN"] = "1" }
    self.environment = environment
  }

  /// How many commands failed, by event, for monitoring.
  var failures: [HookEvent: Int] { failed.value }

  /// The question before a rotation; nil where nobody has to be asked.
  var gate: RotationGate? {
    guard let commands = hooks[.beforeRotate], !commands.isEmpty else { return nil }
    return { [self] user, reason, superseding in
      ask(commands, .beforeRotate(user, reason, superseding))
    }
  }

  /// Every command must agree; the first that doesn't ends the asking.
  private func ask(_ commands: [HookSettings], _ call: HookCall) -> RotationConsent {
    var notices: [Finding] = []
    for hook in commands {
      switch run(hook, call) {
      case .ended(0, _): continue
      case .ended(let status, let words):
        return .refused(
          .monitoring(
            .hookVetoed(program: hook.command[0], status: Int(status), said: words)))
      case .broken(let why):
        failed.withLock { $0[call.event, default: 0] += 1 }
        let finding = Self.broken(hook, call, why)
        // What hangs or can't be started has said nothing. That is in the way only where the
        // operator wants it so.
        if hook.isRequired { return .refused(finding) }
        notices.append(finding)
      }
    }
    return .given(notices)
  }

  /// Runs what belongs to an occasion. A failure is told, and undoes nothing.
  func run(_ call: HookCall) -> [Finding] {
    (hooks[call.event] ?? []).compactMap { hook in
      switch run(hook, call) {
      case .ended(0, _): return nil
      case .ended(let status, let words):
        failed.withLock { $0[call.event, default: 0] += 1 }
        return Self.broken(
          hook, call, "it ended with \(status)" + (words.isEmpty ? "" : ": \(words)"))
      case .broken(let why):
        failed.withLock { $0[call.event, default: 0] += 1 }
        return Self.broken(hook, call, why)
      }
    }
  }

  private static func broken(_ hook: HookSettings, _ call: HookCall, _ why: String) -> Finding {
    .monitoring(
      .hookFailed(
        program: hook.command[0], event: call.event.rawValue, user: call.user, why: why,
        isRequired: hook.isRequired))
  }

  // MARK: One command

  private enum Ending {
    /// With its status and its first words.
    case ended(Int32, String)
    case broken(String)
  }

  private func run(_ hook: HookSettings, _ call: HookCall) -> Ending {
    // Once more: since the start somebody may have changed it.
    if let fault = HookFile.fault(hook.command[0]) { return .broken(fault) }
    let limit = left.withLock { min($0, hook.timeout) }
    guard limit > .zero else { return .broken("the time for all hooks of a run is over") }
    let began = ContinuousClock.now
    defer {
      let took = ContinuousClock.now - began
      left.withLock { $0 = max(.zero, $0 - took) }
    }
    let own = ["ROTATE_EVENT": call.event.rawValue].merging(call.variables) { $1 }
    let request = ProcessRequest(
      arguments: hook.command, environment: environment.merging(own) { $1 }, timeLimit: limit,
      outputLimit: 4 << 10, isIsolated: true)
    do throws(ProcessFailure) {
      let output = try SystemProcesses().run(request)
      let said = output.standardOutput.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      let complaint = output.standardError
      let words = Redaction.firstLines(of: complaint.isEmpty ? said : complaint)
      // Above 128 a signal ended it, which is no word of its own.
      return output.status > 128
        ? .broken("signal \(output.status - 128) ended it") : .ended(output.status, words)
    } catch {
      switch error {
      case .timedOut: return .broken("it didn't end within \(limit.inWords), and was ended")
      case .outputTooLarge: return .broken("it said too much")
      case .notStarted(let why): return .broken("it can't be started: \(why)")
      }
    }
  }
}
