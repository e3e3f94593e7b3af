/// Where a generated case gets its decisions from: from every sequence of them in turn, or from a
/// seed. Both are the same on every run.
struct Choices {
  private var script: [Int] = []
  private var radices: [Int] = []
  private var state: UInt64?

  static let exhaustive = Choices()

  static func seeded(_ seed: UInt64) -> Choices {
    var choices = Choices()
    choices.state = seed
    return choices
  }

  mutating func callAsFunction<Value>(_ options: Value...) -> Value {
    options[pick(options.count)]
  }

  private mutating func pick(_ count: Int) -> Int {
    if state != nil { return Int(random() % UInt64(count)) }
    radices.append(count)
    if script.count < radices.count { script.append(0) }
    return script[radices.count - 1]
  }

  /// SplitMix64.
  private mutating func random() -> UInt64 {
    let next = (state ?? 0) &+ 0x9E37_79B9_7F4A_7C15
    state = next
    var mixed = (next ^ (next >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The next sequence, like an odometer; false after the last.
  mutating func advance() -> Bool {
    while let radix = radices.popLast() {
      let digit = script.removeLast() + 1
      if digit < radix {
        script.append(digit)
        radices = []
        return true
      }
    }
    return false
  }
}
