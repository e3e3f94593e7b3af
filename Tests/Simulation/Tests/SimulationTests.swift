internal import SimulationModel
internal import Testing

/// The short form of what `make simulate` does at length.
@Suite("Promises under faults")
struct SimulationTests {
  @Test("Random schedules", arguments: 0..<8)
  func randomSchedules(batch: Int) {
    for seed in 1...40 {
      let seed = UInt64(1_000_000 + batch * 40 + seed)
      let broken = Story(seed: seed).tell()
      #expect(broken.isEmpty, "replay: .build/release/simulate replay \(seed)")
    }
  }

  @Test("Every single fault at every call of a first publication")
  func exhaustive() {
    let cases = Exhaustive.singles(of: [.firstPublication])
      .filter { $0.lag == .none }
    #expect(cases.count > Fault.all.count * 10)
    for one in cases {
      let broken = one.play()
      #expect(broken.isEmpty, "\(one)")
    }
  }

  @Test("One seed tells one story, call by call")
  func determinism() {
    func tell(_ seed: UInt64) -> [String] {
      var lines: [String] = []
      _ = Story(seed: seed).tell { lines.append($0) }
      return lines
    }
    for seed: UInt64 in [3, 5, 8] { #expect(tell(seed) == tell(seed)) }
    #expect(tell(3) != tell(5))
  }

  @Test("A check that can't fail proves nothing: each promise, broken on purpose")
  func promisesCanFail() throws {
    let stage = Stage(seed: 1, lag: .none)
    stage.promises.begin()
    stage.run()
    let published = try #require(stage.promises.published)
    #expect(stage.promises.publishedWorks)
    try stage.aws.setActive(published, false)
    stage.promises.checkPublished()
    #expect(stage.promises.broken.contains { $0.hasPrefix("1:") })
    stage.promises.checkSecrecy(Array("a SECRETofKey1 in a text".utf8), "a text")
    #expect(stage.promises.broken.contains { $0.hasPrefix("5:") })
    let before = stage.promises.broken.count
    stage.promises.checkSecrecy(Array("SECRET".utf8), "a short text")
    #expect(stage.promises.broken.count == before)
  }
}
