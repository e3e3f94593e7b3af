internal import Reports
internal import Configuration
internal import AWSClient
internal import RotationExecutor
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// What one run adds to the metrics that stood there before.
struct RunMetrics {
  let pass: Pass
  let report: Report
  /// By AWS's clock where it is known.
  let now: Date
  let duration: Duration
  let deliveries: [Delivery]
  let hookFailures: [HookEvent: Int]

  func updated(_ old: MetricsText, _ configuration: Configuration) -> MetricsText {
    var metrics = old
    forget(in: &metrics)
    metrics[.buildInfo, ["version": Version.current]] = 1
    if !pass.isPartial { tellRun(&metrics) }
    for outcome in pass.outcomes { tell(outcome, &metrics) }
    count(&metrics, configuration)
    return metrics
  }

  /// Of a user that wasn't looked at, the last word stays: an age goes on growing without it.
  private func forget(in metrics: inout MetricsText) {
    let planned = Set(pass.outcomes.filter { $0.plan != nil }.map(\.user))
    let seen = Set(pass.outcomes.map(\.user))
    // Who isn't managed any more is forgotten, once it is certain.
    let isComplete = !pass.isPartial && !pass.findings.contains { $0.severity == .failed }
    metrics.keep { metric, labels in
      if metric == .buildInfo { return false }
      guard !metric.isCounter, let user = labels["user"] else { return true }
      return seen.contains(user) ? !planned.contains(user) : !isComplete
    }
  }

  private func tellRun(_ metrics: inout MetricsText) {
    metrics[.lastRun, [:]] = now.timeIntervalSince1970.rounded(.down)
    if report.exitCode == 0 { metrics[.lastSuccess, [:]] = metrics[.lastRun, [:]] }
    metrics[.lastExitCode, [:]] = Double(report.exitCode)
    metrics[.lastDuration, [:]] = Double(duration.milliseconds) / 1000
    metrics[.managedUsers, [:]] = Double(pass.outcomes.count)
    let severities = (report.findings + report.users.flatMap(\.findings)).map(\.severity)
    for severity in [FindingReport.Severity.notice, .act, .failed] {
      metrics[.findings, ["severity": severity.rawValue]] =
        Double(severities.count { $0 == severity })
    }
  }

  private func tell(_ outcome: UserOutcome, _ metrics: inout MetricsText) {
    let user = ["user": outcome.user]
    let findings = outcome.findings
    func flag(_ metric: Metric, _ isSet: Bool) { metrics[metric, user] = isSet ? 1 : 0 }
    flag(.userFailed, findings.contains { $0.severity == .failed })
    guard let plan = outcome.after ?? outcome.plan else { return }
    flag(.userBlocked, findings.contains { $0.severity == .act })
    flag(.userHeld, findings.contains { $0.code == .stillInUse })
    metrics[.userLastSeen, user] = now.timeIntervalSince1970.rounded(.down)
    let maxKeyAge = pass.users.first { $0.name == outcome.user }?.policy.maxKeyAge
    for row in plan.keys {
      let labels = user.merging(
        ["key": String(row.key.id.rawValue.suffix(4)), "role": row.role.rawValue]) { $1 }
      let created = row.key.createdAt.timeIntervalSince1970
      metrics[.keyCreated, labels] = created
      metrics[.keyActive, labels] = row.key.status == .active ? 1 : 0
      // An Inactive key is nobody's risk, and somebody else's key not this program's to replace.
      if let maxKeyAge, row.key.status == .active, row.role == .published || row.role == .retiring {
        metrics[.keyOverdue, labels] = created + maxKeyAge.inSeconds
      }
      if let next = row.next, let at = next.at {
        metrics[.nextStep, labels.merging(["action": next.action.rawValue]) { $1 }] =
          at.timeIntervalSince1970.rounded(.up)
      }
    }
  }

  private func count(_ metrics: inout MetricsText, _ configuration: Configuration) {
    func begin(_ metric: Metric, _ labels: MetricsText.Labels) {
      metrics[metric, labels] = metrics[metric, labels] ?? 0
    }
    // From 0 on, so that the first one shows as an increase.
    for channel in configuration.notify.channels {
      begin(.notifications, ["channel": channel.name])
      begin(.notificationFailures, ["channel": channel.name])
    }
    for event in configuration.hooks.keys { begin(.hookFailures, ["event": event.rawValue]) }
    for code in [0, 1, 2] { begin(.runs, ["exit_code": "\(code)"]) }
    metrics.add(1, to: .runs, ["exit_code": "\(report.exitCode)"])
    for outcome in pass.outcomes {
      for done in outcome.done where done.result == .done {
        metrics.add(1, to: .changes, ["action": StepReport(done).action])
      }
    }
    for (name, count) in pass.session?.shared.counters.all ?? [:] {
      let labels = ["service": name.service.rawValue, "operation": name.operation]
      metrics.add(count.sent, to: .apiCalls, labels)
      begin(.apiRetries, labels)
      begin(.apiThrottles, labels)
      metrics.add(count.retried, to: .apiRetries, labels)
      metrics.add(count.throttled, to: .apiThrottles, labels)
    }
    for delivery in deliveries {
      metrics.add(
        1, to: delivery.failure == nil ? .notifications : .notificationFailures,
        ["channel": delivery.channel.name])
    }
    for (event, count) in hookFailures {
      metrics.add(count, to: .hookFailures, ["event": event.rawValue])
    }
  }
}
