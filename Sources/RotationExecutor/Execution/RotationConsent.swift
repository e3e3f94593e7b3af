package import RotationPlanner

/// The answer of whoever is asked before a rotation.
package enum RotationConsent: Sendable {
  /// Go on; with what somebody should know all the same.
  case given([Finding])
  /// No new key in this run. Whatever else is due is done.
  case refused(Finding)
}

/// Asks before the lease is taken: its minutes are for changes, not for waiting.
package typealias RotationGate = (ManagedUser, RotationReason, [AccessKeyID]) -> RotationConsent
