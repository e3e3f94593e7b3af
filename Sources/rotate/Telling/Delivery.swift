internal import Configuration

/// What came of telling one channel.
struct Delivery: Sendable {
  var channel: ChannelSettings
  var notices: Int
  /// Nil: taken.
  var failure: TellingFailure?
}
