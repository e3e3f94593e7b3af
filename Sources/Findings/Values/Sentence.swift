package import struct FoundationEssentials.Date

/// A text that knows which access keys it speaks of, so that nobody has to search it for them.
package struct Sentence: Hashable, Sendable, ExpressibleByStringInterpolation {
  fileprivate enum Part: Hashable, Sendable {
    case words(String)
    case key(AccessKeyID)
  }

  fileprivate var parts: [Part]

  package init(stringLiteral words: String) { parts = [.words(words)] }

  package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

  /// The keys, each once, in the order in which they are named.
  package var keys: [AccessKeyID] {
    var keys: [AccessKeyID] = []
    for case .key(let id) in parts where !keys.contains(id) { keys.append(id) }
    return keys
  }

  /// For texts that leave the host: of each key only its last four characters.
  package var withTails: String { rendered { $0.tail } }

  private func rendered(_ key: (AccessKeyID) -> String) -> String {
    parts.reduce(into: "") { text, part in
      switch part {
      case .words(let words): text += words
      case .key(let id): text += key(id)
      }
    }
  }
}

extension Sentence: CustomStringConvertible {
  package var description: String { rendered { $0.rawValue } }
}

extension Sentence {
  /// Spells values as people read them: a time in UTC to the minute, a duration in two units.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    package init(literalCapacity: Int, interpolationCount: Int) {
      parts.reserveCapacity(2 * interpolationCount + 1)
    }

    package mutating func appendLiteral(_ words: String) { parts.append(.words(words)) }

    package mutating func appendInterpolation(_ words: String) { parts.append(.words(words)) }

    package mutating func appendInterpolation(_ number: Int) { parts.append(.words("\(number)")) }

    package mutating func appendInterpolation(_ at: Date) { parts.append(.words(at.inWords)) }

    package mutating func appendInterpolation(_ duration: Duration) {
      parts.append(.words(duration.inWords))
    }

    package mutating func appendInterpolation(_ id: AccessKeyID) { parts.append(.key(id)) }

    /// `AKIA… and AKIA…`
    package mutating func appendInterpolation(_ ids: [AccessKeyID]) {
      for (index, id) in ids.enumerated() {
        if index > 0 { parts.append(.words(" and ")) }
        parts.append(.key(id))
      }
    }

    package mutating func appendInterpolation(_ sentence: Sentence) { parts += sentence.parts }
  }
}

extension Sequence<Sentence> {
  /// `first; second`
  package func joined(by separator: String) -> Sentence {
    var joined: Sentence = ""
    for (index, sentence) in enumerated() {
      if index > 0 { joined.parts.append(.words(separator)) }
      joined.parts += sentence.parts
    }
    return joined
  }
}
