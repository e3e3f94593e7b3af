internal import Configuration
internal import RotationPlanner

/// The sign of life after a run over all users. Whoever waits for it raises the alarm when it
/// doesn't come.
struct Heartbeat {
  let settings: HeartbeatSettings
  let environment: [String: String]
  let session: AWSSession?

  /// Nil where it was taken.
  func beat(isWell: Bool) -> Finding? {
    let reader = SecretReader(
      environment: environment, client: session?.makeHastyClient(within: settings.timeout))
    do throws(TellingFailure) {
      let url = HeartbeatURL(
        try reader.url(isWell ? settings.url : settings.failUrl ?? settings.url))
      let asked = isWell || settings.failUrl != nil ? url.text : url.failing
      try WebCall(environment: environment).send("GET", asked, within: settings.timeout)
      return nil
    } catch {
      return .monitoring(
        .heartbeatFailed(
          why: error.message, isFailing: !isWell && settings.failUrl == nil,
          isRequired: settings.isRequired))
    }
  }
}
