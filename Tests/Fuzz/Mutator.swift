/// Small changes of known inputs, the same for the same seed.
struct Mutator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// What parsers stumble over.
  private static let words = [
    "\"", "{", "}", "[", "]", ",", ":", "=", "\n", "\r", "\t", " ", "\\", "\\u0000", "\\ud800",
    "%%", "null", "true", "-1", "0", "9223372036854775807", "9223372036854775808", "1e999", "1e300",
    "<", ">", "</", "&lt;", "&#0;", "<!DOCTYPE x [", "]]>", "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:60Z", "\u{0}", "\u{FEFF}", "\u{2028}", "é", "<torn>\n",
  ].map { [UInt8]($0.utf8) }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  private mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

  mutating func mutate(_ inputs: [[UInt8]]) -> [UInt8] {
    var input = inputs[below(inputs.count)]
    for _ in 0...below(4) { change(&input, inputs) }
    return input
  }

  private mutating func change(_ input: inout [UInt8], _ others: [[UInt8]]) {
    let start = below(input.count + 1)
    let end = min(input.count, start + below(16))
    switch below(6) {
    case 0: input.insert(contentsOf: Self.words[below(Self.words.count)], at: start)
    case 1: input.replaceSubrange(start..<end, with: Self.words[below(Self.words.count)])
    case 2: input.removeSubrange(start..<end)
    case 3: input.insert(contentsOf: Array(input[start..<end]), at: below(input.count + 1))
    case 4:
      let other = others[below(others.count)]
      input = Array(input[..<start]) + other[below(other.count + 1)...]
    default:
      if start < input.count { input[start] ^= UInt8(1 << below(8)) }
    }
  }
}
