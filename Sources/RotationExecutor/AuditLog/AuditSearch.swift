/// Finds an entry by its number without reading what lies before it: numbers ascend, so whatever
/// line is met says on which side of it to look.
///
/// Nothing here trusts that they do. In a log that was tampered with, each probe still leaves a
/// smaller part of the file, and an entry that isn't where its number belongs isn't found.
struct AuditSearch {
  /// A part of the file that is read as a whole, in bytes: a dozen entries or more.
  private static let block = 16 << 10
  /// As much is read for a first look: most lines are shorter.
  private static let glance = 2 << 10
  /// Further than a tear reaches there is no log.
  fileprivate static let reach = AuditTear.limit + AuditEntry.lineLimit

  /// A line that says that it is an entry.
  private struct Place {
    var sequence: Int
    var offset: Int
    var line: ArraySlice<UInt8>
  }

  private let storage: any AuditStorage
  private let end: Int
  private let newest: Int

  /// - Parameters:
  ///   - end: where the newest entry ends.
  ///   - newest: that entry's number.
  init(_ storage: any AuditStorage, end: Int, newest: Int) {
    self.storage = storage
    self.end = end
    self.newest = newest
  }

  /// The number that the file's first entry gives itself, and the entry, unless it was changed.
  func first() throws(AuditFailure) -> (sequence: Int, entry: AuditEntry?)? {
    try place(from: 0, before: end).map { ($0.sequence, try? AuditEntry(line: $0.line)) }
  }

  /// The entry numbered `sequence`; nil where there is none, or what should be it was changed.
  /// - Parameter first: the number of the file's first entry.
  func entry(_ sequence: Int, from first: Int) throws(AuditFailure) -> AuditEntry? {
    // It begins at `low` or later, and before `high`.
    var (low, high) = (0, end)
    var (lowest, highest) = (first, newest + 1)
    var turn = Turn.below
    while high - low > Self.block {
      let span = high - low
      let share = Double(sequence - lowest) / Double(max(1, highest - lowest))
      let guess = low + Int(min(max(share, 0), 1) * Double(span))
      let probe =
        switch turn {
        case .below: guess - Self.block / 3
        case .above: guess + Self.block / 3
        case .half: low + span / 2
        }
      turn = turn.next
      let middle = min(max(probe, low + 1), high - 1)
      guard let place = try place(from: middle, before: high) else {
        guard high - middle <= Self.reach else { return nil }
        high = middle
        continue
      }
      if place.sequence <= sequence {
        (low, lowest) = (place.offset, place.sequence)
      } else {
        (high, highest) = (middle, place.sequence)
      }
    }
    return try scan(low, high, for: sequence)
  }

  /// Guesses by the lines' average length end quickly, as a rule: with a probe on either side of the
  /// entry. Halves bound what a log of uneven lines costs.
  private enum Turn {
    case below, above, half

    var next: Turn {
      switch self {
      case .below: .above
      case .above: .half
      case .half: .below
      }
    }
  }

  private func scan(
    _ low: Int, _ high: Int, for sequence: Int
  ) throws(AuditFailure) -> AuditEntry? {
    var lines = Lines(storage, from: low, end: end, block: high - low + Self.glance)
    while lines.offset < high, let line = try lines.next() {
      guard AuditOutline(line)?.sequence == sequence else { continue }
      return try? AuditEntry(line: line)
    }
    return nil
  }

  /// The first entry that begins at `offset` or later, and before `limit`.
  private func place(from offset: Int, before limit: Int) throws(AuditFailure) -> Place? {
    // From the byte before: after a newline a line begins right here.
    var lines = Lines(
      storage, from: max(0, offset - 1), end: min(end, limit + AuditEntry.lineLimit),
      block: Self.glance)
    if offset > 0, try lines.next() == nil { return nil }
    while lines.offset < limit, lines.offset - offset < Self.reach {
      let start = lines.offset
      guard let line = try lines.next() else { return nil }
      if let sequence = AuditOutline(line)?.sequence {
        return Place(sequence: sequence, offset: start, line: line)
      }
    }
    return nil
  }

  /// The lines from an offset on.
  private struct Lines {
    private let storage: any AuditStorage
    private let end: Int
    private var block: Int
    private var rest: ArraySlice<UInt8> = []
    /// Where the next line begins.
    private(set) var offset: Int

    init(_ storage: any AuditStorage, from offset: Int, end: Int, block: Int) {
      self.storage = storage
      self.offset = offset
      self.end = end
      self.block = block
    }

    /// Without its newline; nil at the end, and where a line is longer than a tear.
    mutating func next() throws(AuditFailure) -> ArraySlice<UInt8>? {
      var searched = 0
      while true {
        if let newline = rest.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) {
          let line = rest[..<newline]
          rest = rest[(newline + 1)...]
          offset += line.count + 1
          return line
        }
        searched = rest.count
        let position = offset + searched
        guard position < end, searched < AuditSearch.reach else { return nil }
        let more = try storage.read(at: position, count: min(block, end - position))
        guard !more.isEmpty else { return nil }
        rest = ArraySlice(Array(rest) + more)
        block *= 2
      }
    }
  }
}
