package import struct FoundationEssentials.Date

/// Until when a change may be signed.
///
/// AWS refuses a signature that is more than 5 (some services: 15) minutes old when it arrives. So
/// a change that is signed only while the lease has more than 16 minutes to run can't land after
/// the lease, whatever stalls the process between the check and the arrival.
package struct Fence: Sendable, Equatable {
  /// Nil: no limit. Only the intent itself, which asks for the lease, is signed so.
  package let lastSigning: Date?

  package static let none = Fence(lastSigning: nil)

  package init(lastSigning: Date?) { self.lastSigning = lastSigning }

  /// `date` is the signature's own date, by the same clock that judges the lease.
  package func allows(signingAt date: Date) -> Bool {
    guard let lastSigning else { return true }
    return date < lastSigning
  }
}
