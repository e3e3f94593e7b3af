/// How far AWS's reads are behind its writes.
package enum Lag: String, CaseIterable, Sendable {
  case none
  /// Now and then, which flaps.
  case some
  /// Always, and for as long as may be.
  case most

  var staleness: Double {
    switch self {
    case .none: 0
    case .some: 0.3
    case .most: 1
    }
  }
}
