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
      return Finding(
        code: "heartbeat-failed", settings.isRequired ? .failed : .notice,
        "the heartbeat was not taken: \(error.message)",
        remedy: "whoever waits for it raises the alarm by itself; see whether its URL is right"
          + (isWell || settings.failUrl != nil
            ? "" : ", and whether the service wants another after a failed run (`failUrl`)"))
    }
  }
}
