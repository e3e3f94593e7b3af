extension Duration {
  /// Whole milliseconds, rounded down, never more than an `Int` holds.
  package var milliseconds: Int {
    let (seconds, attoseconds) = components
    let clamped = min(max(seconds, -9_000_000_000_000), 9_000_000_000_000)
    return Int(clamped) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
