/// Finds the name that somebody most likely meant.
package enum NearestName {
  /// The candidate with the smallest edit distance, where it is near enough to be meant.
  package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let lowered = name.lowercased()
    let nearest = candidates.map { ($0, distance(lowered, $0.lowercased())) }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }
    guard let nearest, nearest.1 <= max(1, max(name.count, nearest.0.count) / 3) else { return nil }
    return nearest.0
  }

  /// How many letters must be put in, taken out, replaced, or swapped with their neighbour
  /// (Damerau's distance, in its restricted form).
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.unicodeScalars)
    let right = Array(right.unicodeScalars)
    var before: [Int] = []
    var previous = Array(0...right.count)
    for i in left.indices {
      var current = [i + 1]
      for j in right.indices {
        let replaced = previous[j] + (left[i] == right[j] ? 0 : 1)
        var best = min(replaced, previous[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          best = min(best, before[j - 1] + 1)
        }
        current.append(best)
      }
      before = previous
      previous = current
    }
    return previous[right.count]
  }
}
