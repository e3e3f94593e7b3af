/// What `notify` says: who is told of what.
package struct NotifySettings: Sendable {
  /// In the order of the file.
  package var channels: [ChannelSettings] = []
  /// What goes on is said again after so long.
  package var remindEvery = Duration.seconds(24 * 3600)
  /// So long before a key is older than `maxKeyAge`, somebody is told.
  package var warnBefore = Duration.seconds(7 * 24 * 3600)
  /// For all channels together.
  package var timeout = Duration.seconds(10)
}
