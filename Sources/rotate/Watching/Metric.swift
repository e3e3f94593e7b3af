/// The metrics that are written, by Prometheus's conventions: base units, `_total` for what only
/// grows, `_timestamp_seconds` for moments.
enum Metric: String, CaseIterable {
  case buildInfo = "rotate_build_info"
  case lastRun = "rotate_last_run_timestamp_seconds"
  case lastSuccess = "rotate_last_success_timestamp_seconds"
  case lastExitCode = "rotate_last_run_exit_code"
  case lastDuration = "rotate_last_run_duration_seconds"
  case managedUsers = "rotate_managed_users"
  case findings = "rotate_findings"
  case keyCreated = "rotate_key_created_timestamp_seconds"
  case keyActive = "rotate_key_active"
  case keyOverdue = "rotate_key_overdue_timestamp_seconds"
  case nextStep = "rotate_next_step_timestamp_seconds"
  case userBlocked = "rotate_user_blocked"
  case userHeld = "rotate_user_held"
  case userFailed = "rotate_user_failed"
  case userLastSeen = "rotate_user_last_seen_timestamp_seconds"
  case runs = "rotate_runs_total"
  case changes = "rotate_changes_total"
  case apiCalls = "rotate_api_calls_total"
  case apiRetries = "rotate_api_retries_total"
  case apiThrottles = "rotate_api_throttles_total"
  case notifications = "rotate_notifications_total"
  case notificationFailures = "rotate_notification_failures_total"
  case hookFailures = "rotate_hook_failures_total"

  var isCounter: Bool { rawValue.hasSuffix("_total") }

  var help: String {
    switch self {
    case .buildInfo: "The version of rotate that wrote this file; always 1."
    case .lastRun: "When the last run over all users ended."
    case .lastSuccess: "When the last run over all users ended with exit code 0."
    case .lastExitCode: "What the last run over all users ended with: 0, 1 (failed) or 2 (act)."
    case .lastDuration: "How long the last run over all users took."
    case .managedUsers: "How many users the last run over all users looked at."
    case .findings: "How many findings the last run over all users had, by severity."
    case .keyCreated: "When an access key was created; key is the tail of its id."
    case .keyActive: "Whether an access key is Active (1) or not (0)."
    case .keyOverdue: "When an access key becomes older than maxKeyAge."
    case .nextStep: "When the next step of an access key is due."
    case .userBlocked: "Whether somebody has to act before anything goes on for this user."
    case .userHeld: "Whether a superseded key of this user is still in use."
    case .userFailed: "Whether something failed for this user in the last run."
    case .userLastSeen: "When this user was last looked at with success."
    case .runs: "Runs, by exit code."
    case .changes: "Steps that were done, by action."
    case .apiCalls: "Requests to AWS, by service and operation, those sent again included."
    case .apiRetries: "Requests to AWS that were sent again."
    case .apiThrottles: "Requests that AWS refused since there were too many."
    case .notifications: "Messages that a channel took."
    case .notificationFailures: "Messages that a channel did not take."
    case .hookFailures: "Hooks that failed, by event; a veto is none."
    }
  }
}
