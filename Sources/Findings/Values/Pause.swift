package import struct FoundationEssentials.Date

/// Somebody has stopped the rotations of one user. Retirement, recovery and repair go on, and so
/// does a replacement without which no published credential would work.
package struct Pause: Hashable, Sendable {
  package var since: Date
  /// From then on it counts for nothing; nil: until `rotate resume`.
  package var until: Date?
  package var reason: String
  /// The ARN that acted; nil where it isn't known.
  package var by: String?
  /// Set where a rollback put the pause: the key that is to be published again. While another one
  /// is, the rollback has not been finished.
  package var rollbackTo: AccessKeyID?

  package init(
    since: Date, until: Date? = nil, reason: String, by: String? = nil,
    rollbackTo: AccessKeyID? = nil
  ) {
    self.since = since
    self.until = until
    self.reason = reason
    self.by = by
    self.rollbackTo = rollbackTo
  }

  package func isInForce(at now: Date) -> Bool { until.map { now < $0 } ?? true }

  /// `paused since … by …, until …: reason`.
  package var inWords: String {
    "paused since \(since.inWords)" + (by.map { " by \($0)" } ?? "")
      + (until.map { ", until \($0.inWords)" } ?? ", until somebody resumes them") + ": \(reason)"
  }
}

extension Pause {
  /// The record has 4 KB for everything.
  package static let longestReason = 256

  private static let tooLong =
    "it is longer than \(longestReason) bytes (in the record's JSON, where `\"` and `\\` take two)"

  /// Why this can't be a pause's reason; nil: it can. It stands in every report and on terminals,
  /// so nothing in it may steer one.
  package static func problem(withReason reason: String) -> String? {
    if reason.allSatisfy(\.isWhitespace) { return "it is empty" }
    if reason.unicodeScalars.reduce(0, { $0 + $1.lengthInJSON }) > longestReason { return tooLong }
    if reason.unicodeScalars.contains(where: { !$0.isPrintable }) {
      return "it has characters that steer a terminal or break a line"
    }
    return nil
  }

  /// A reason as somebody else may have written it into the record, or an ARN, made harmless and as
  /// short as the record's room for it.
  package static func harmless(_ reason: String) -> String {
    var text = String.UnicodeScalarView()
    var bytes = 0
    for scalar in reason.unicodeScalars {
      let shown = scalar.isPrintable ? scalar : "?"
      bytes += shown.lengthInJSON
      guard bytes <= longestReason else { break }
      text.append(shown)
    }
    return String(text)
  }
}

extension Unicode.Scalar {
  /// The bytes that it takes in the record, of what `isPrintable` lets in.
  fileprivate var lengthInJSON: Int {
    self == "\"" || self == "\\" ? 2 : UTF8.width(self)
  }

  /// Neither a control character, nor a line's end, nor one that turns the direction of writing.
  fileprivate var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: !(0x202A...0x202E).contains(value) && !(0x2066...0x2069).contains(value)
    }
  }
}
