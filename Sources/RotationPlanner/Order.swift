package import struct FoundationEssentials.Date

/// What a person ordered that no schedule asks for.
package enum Order: Hashable, Sendable {
  /// `rotate pause`, and the first part of `rotate rollback`, which names its key.
  case pause(reason: String, until: Date?, rollbackTo: AccessKeyID?)
  /// `rotate resume`.
  case resume
  /// The second part of `rotate rollback`.
  case rollBack
  /// `--compromised`: these keys are in wrong hands. Nil: whichever is published at the first look.
  /// From then on a run knows which one was meant, whatever another run publishes meanwhile.
  case replaceCompromised(Set<AccessKeyID>?)
}
