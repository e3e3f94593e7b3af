package import struct FoundationEssentials.Date

/// Whether a request may be signed with a certain date.
package enum FenceVerdict: Sendable, Equatable {
  case open
  /// Not any more; why, in words.
  case closed(String)
}

/// Asked with the signature's own date, by `AWSClock`, right before every single signing: the first
/// try, each retry, and the one after a correction of the clock.
package typealias SigningFence = @Sendable (Date) -> FenceVerdict
