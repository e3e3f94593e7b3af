/// What `heartbeat` says: a URL that raises the alarm when it isn't asked for any more.
package struct HeartbeatSettings: Sendable {
  var url: SecretSource
  /// After a run that did not end with 0; nil: `url` with `/fail` behind it.
  var failUrl: SecretSource?
  var timeout = Duration.seconds(10)
  var isRequired = false

  var secrets: [SecretSource] { [url, failUrl].compactMap { $0 } }
}
