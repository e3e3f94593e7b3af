import RotationExecutor
import RotationPlanner
import Testing

import struct FoundationEssentials.Date

@Suite("A record never outgrows the 4 KB of a Standard parameter")
struct RecordLengthTests {
  private static let serials: [String?] = [
    nil, "arn:aws:iam::111122223333:mfa/d", String(repeating: "m", count: 256),
  ]

  /// The most projections that a configuration may have.
  private static func most(_ serial: String?) -> Int {
    (0...200).last {
      RecordDocument.longest(projections: $0, mfaSerial: serial) <= RecordDocument.largest
    } ?? -1
  }

  @Test(arguments: serials) func thereIsRoomForManyProjections(_ serial: String?) {
    #expect(Self.most(serial) >= 25)
    let one = RecordDocument.longest(projections: 1, mfaSerial: serial)
    #expect(RecordDocument.longest(projections: 2, mfaSerial: serial) > one)
  }

  /// Whatever is written into it, at its longest or shorter.
  @Test(arguments: serials) func whateverARecordHoldsItFits(_ serial: String?) throws {
    var random = SystemRandomNumberGenerator()
    for round in 0..<300 {
      let document = Self.any(serial, atItsLongest: round.isMultiple(of: 3), using: &random)
      let bytes = document.encoded()
      #expect(bytes.count <= RecordDocument.largest)
      #expect(
        RecordDocument.read(String(decoding: bytes, as: UTF8.self)) == .document(document))
    }
  }

  @Test func aReasonTakesNoMoreRoomThanItMay() {
    let quotes = String(repeating: "\"", count: Pause.longestReason)
    #expect(Pause.problem(withReason: quotes) != nil)
    #expect(Pause.problem(withReason: String(quotes.prefix(Pause.longestReason / 2))) == nil)
    for text in [
      quotes, String(repeating: "\\é", count: 200), String(repeating: "\u{1}", count: 999),
    ] {
      #expect(Pause.problem(withReason: Pause.harmless(text)) == nil)
    }
  }

  private static func any(
    _ serial: String?, atItsLongest: Bool, using random: inout SystemRandomNumberGenerator
  ) -> RecordDocument {
    func pick(_ most: Int) -> Int { atItsLongest ? most : .random(in: 0...most, using: &random) }
    func text(_ most: Int, _ alphabet: String = "xyz") -> String {
      let letters = Array(alphabet)
      return String((0..<pick(most)).map { _ in letters.randomElement(using: &random) ?? "x" })
    }
    func time() -> Date { Date(timeIntervalSince1970: Double(pick(253_402_300_799))) }
    func id() -> AccessKeyID { AccessKeyID(text(RecordDocument.longestId)) }
    func said() -> String { Pause.harmless(text(400, #"x"\é/𝄞"#)) }
    let number = 9_999_999_999
    var state = RotationState(
      user: text(64), userId: text(32), account: "111122223333", generation: pick(number))
    state.published = PublishedKey(
      id: id(), createdAt: time(), publishedAt: time(), credentialsVersion: pick(number),
      provenAt: time(), compromised: true)
    state.retiring = (0..<pick(RecordDocument.mostKeys)).map { _ in
      RetiringKey(
        id: id(), supersededAt: time(), deactivatedAt: time(), provenAt: time(), compromised: true)
    }
    if let serial {
      state.session = SessionState(
        accessKeyId: id(), version: pick(number), expiresAt: time(), lastStep: pick(number),
        enrolling: serial)
    }
    state.pause = Pause(
      since: time(), until: time(), reason: said(), by: said(), rollbackTo: id())
    let known = (0..<pick(RecordDocument.mostKeys)).map { _ in id().rawValue }
    let names = (0..<pick(most(serial))).map {
      "/deploy/\(String(repeating: "long", count: 99))/\($0)"
    }
    let projections = names.map {
      (
        ParameterProjection(place: ParameterPlace($0), format: .json).recordKey,
        max(1, pick(number))
      )
    }
    return RecordDocument(
      state, runId: text(34),
      inFlight: RecordDocument.InFlight(
        runId: text(34), host: text(32), startedAt: time(), knownKeyIds: known,
        takesOver: text(34), compromised: known),
      audit: RecordDocument.Anchor(sequence: pick(1 << 53), hash: text(64), host: text(32)),
      projections: Dictionary(projections) { first, _ in first })
  }
}
