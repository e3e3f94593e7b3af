internal import AWSClient
internal import FoundationEssentials
internal import Host
internal import LibCrypto

/// What was told when, so that what goes on isn't told in every run, and what a channel would not
/// take. It is no state that anything else rests on: lose it, and one thing is told twice.
package struct NoticeMemory: Sendable, Codable, Equatable {
  /// More is forgotten, the oldest first.
  static let mostPending = 50
  private static let largestFile = 4 << 20

  var schema = 1
  /// By channel and topic.
  var sent: [String: [String: Date]] = [:]
  /// By channel: what happened once and could not be told.
  var pending: [String: [Notice]] = [:]

  package init() {}

  static func read(_ path: String) -> NoticeMemory {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do {
      let file = SharedSecret(try SystemFiles().read(path, limit: largestFile))
      let data = file.bytes.withUnsafeBytes { Data($0) }
      let memory = try decoder.decode(NoticeMemory.self, from: data)
      return memory.schema == 1 ? memory : NoticeMemory()
    } catch { return NoticeMemory() }
  }

  /// Nil where it was written; else why not.
  func write(_ path: String) -> String? {
    guard let data = try? JSONEncoder.telling.encode(self) else { return "it can't be encoded" }
    let written: Result<Void, FileFailure>? = FolderOwner(ofFile: path).act {
      do throws(FileFailure) {
        return .success(try SystemFiles().replace(path, with: SecretBytes(copying: Array(data))))
      } catch { return .failure(error) }
    }
    switch written {
    case .success: return nil
    case .failure(let failure): return failure.reason
    case nil: return "it is in another user's directory"
    }
  }

  /// Whether a notice is to be told now.
  func isDue(_ notice: Notice, _ channel: String, at now: Date, remindEvery: Duration) -> Bool {
    guard let topic = notice.topic, let last = sent[channel]?[topic] else { return true }
    let age = now.timeIntervalSince(last)
    // A time that is yet to come is of a clock that was wrong.
    return age < -60 || age >= Double(remindEvery.components.seconds)
  }

  mutating func told(_ notices: [Notice], _ channel: String, at now: Date) {
    for notice in notices {
      guard let topic = notice.topic else { continue }
      sent[channel, default: [:]][topic] = now
    }
    pending[channel] = nil
  }

  /// What goes on is told by the next run anyway; what happened once has to be kept.
  mutating func missed(_ notices: [Notice], _ channel: String) {
    let once = notices.filter { $0.topic == nil }
    pending[channel] = once.isEmpty ? nil : Array(once.suffix(Self.mostPending))
  }

  /// Forgets states that are over. `isOver` tells it of a topic that isn't among the present ones.
  mutating func forget(except present: Set<String>, where isOver: (_ user: String) -> Bool) {
    for (channel, topics) in sent {
      sent[channel] = topics.filter { topic, _ in
        present.contains(topic) || !isOver(String(topic.prefix { $0 != "|" }))
      }
    }
  }

  /// Forgets channels that aren't configured any more.
  mutating func keep(only channels: [String]) {
    sent = sent.filter { channels.contains($0.key) }
    pending = pending.filter { channels.contains($0.key) }
  }
}
