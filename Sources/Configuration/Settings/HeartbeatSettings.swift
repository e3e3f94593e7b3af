/// What `heartbeat` says: a URL that raises the alarm when it isn't asked for any more.
package struct HeartbeatSettings: Sendable {
  package var url: SecretSource
  /// After a run that did not end with 0; nil: `url` with `/fail` behind it.
  package var failUrl: SecretSource?
  package var timeout = Duration.seconds(10)
  package var isRequired = false

  package var secrets: [SecretSource] { [url, failUrl].compactMap { $0 } }
}
