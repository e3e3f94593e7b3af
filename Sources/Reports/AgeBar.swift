internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// How far a key has come on the way to the largest age that the policy allows: a line as thick as
/// its past, a tick where its rotation is due.
///
///     ━━━━━━━━────────┼──   [=======---------|-]   Active for 4 of 10 tenths
///     ━━━━━━━━━━━━━━━━╋──   [================!-]   the rotation is due
///     ━━━━━━━━━━━━━━━━╋━━   [================!=]   older than the policy allows
package struct AgeBar {
  private let width: Int
  private let past: Int
  private let due: Int
  package let isDue: Bool
  package let isOverdue: Bool

  /// In seconds. Nil where the limits make no scale.
  package init?(age: Double, due: Double, limit: Double, width: Int) {
    guard limit > 0, due >= 0, width > 0 else { return nil }
    let cell = { (seconds: Double) in
      Int((min(max(seconds, 0), limit) / limit * Double(width)).rounded(.down))
    }
    self.width = width
    self.due = min(cell(due), width - 1)
    isDue = age >= due
    isOverdue = age > limit
    past =
      isOverdue ? width : isDue ? max(cell(age), self.due + 1) : min(cell(age), self.due)
  }

  /// `width` characters.
  package func text(unicode: Bool) -> String {
    String(
      (0..<width).map { index -> Character in
        switch (index < past, index == due) {
        case (true, false): unicode ? "━" : "="
        case (true, true): unicode ? "╋" : "!"
        case (false, true): unicode ? "┼" : "|"
        case (false, false): unicode ? "─" : "-"
        }
      })
  }
}

extension KeyReport {
  /// Nil where the key's age or the policy isn't known.
  func ageBar(_ policy: PolicyReport?, at now: Date?, width: Int) -> AgeBar? {
    guard let policy, let now else { return nil }
    return AgeBar(
      age: (now - createdAt).inSeconds, due: policy.rotateEvery, limit: policy.maxKeyAge,
      width: width)
  }
}
