/// When a command of `hooks` runs.
package enum HookEvent: String, Sendable, CaseIterable, Codable {
  /// Before the lease is taken, where a new key is due. It can say no.
  case beforeRotate
  case afterPublish
  case afterDeactivate
  case afterDelete
  case onFailure
}
