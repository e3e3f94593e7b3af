internal import Configuration
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// Tells every channel what concerns it, all channels at once and within one time limit.
struct Announcer {
  let settings: NotifySettings
  /// Without those that were refused at the start.
  let channels: [ChannelSettings]
  let environment: [String: String]
  let session: AWSSession?

  /// What each channel is to be told now. What it could not be told before comes first.
  func agenda(
    _ notices: [Notice], contacts: [String: Contact], standard: Contact, memory: NoticeMemory,
    at now: Date
  ) -> [(channel: ChannelSettings, notices: [Notice])] {
    channels.compactMap { channel in
      let fresh = notices.filter { notice in
        let contact = notice.user.flatMap { contacts[$0] } ?? standard
        return channel.events.contains(notice.event)
          && (contact.channels?.contains(channel.name) ?? true)
          && memory.isDue(notice, channel.name, at: now, remindEvery: settings.remindEvery)
      }
      let all = (memory.pending[channel.name] ?? []) + fresh
      return all.isEmpty ? nil : (channel, all)
    }
  }

  func tell(
    _ agenda: [(channel: ChannelSettings, notices: [Notice])], as bulletin: Bulletin
  ) -> [Delivery] {
    let deadline = ContinuousClock.now + settings.timeout
    return WorkerThreads.map(agenda, threads: agenda.count, own: (), state: {}) {
      [environment, session] item, _ in
      var bulletin = bulletin
      bulletin.notices = item.notices
      let sender = ChannelSender(
        channel: item.channel, environment: environment, session: session, deadline: deadline)
      return Delivery(
        channel: item.channel, notices: item.notices.count, failure: sender.send(bulletin))
    }
  }
}

extension Delivery {
  /// A channel that is down is worth a line; of a required one it is a failure of the run.
  var finding: Finding? {
    guard let failure else { return nil }
    return .monitoring(
      .notifyFailed(
        channel: channel.name, why: failure.message, isRequired: channel.isRequired))
  }
}
