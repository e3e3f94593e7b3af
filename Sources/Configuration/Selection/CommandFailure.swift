package import RotationPlanner

/// Why a command ends before it could look at any user.
package struct CommandFailure: Error, Sendable {
  package var finding: Finding
  /// More for whoever asks for it: the sources of credentials that were passed over.
  package var details: [String] = []

  package init(_ finding: Finding) { self.finding = finding }
}
