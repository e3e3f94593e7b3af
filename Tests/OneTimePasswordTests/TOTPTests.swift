import LibCrypto
import OneTimePassword
import Testing

@Suite struct TOTPTests {
  /// `12345678901234567890` in base32: the secret of both RFCs.
  static let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

  static func seed(_ text: String) throws -> TOTPSeed {
    try TOTPSeed.read(SecretBytes(copying: text))
  }

  /// RFC 4226, appendix D.
  @Test func countersGiveTheCodesOfTheRFC() throws {
    let seed = try Self.seed(Self.secret)
    let codes = [
      "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
      "520489",
    ]
    for (counter, code) in codes.enumerated() { #expect(seed.code(counter: counter) == code) }
  }

  /// RFC 6238, appendix B, the rows of SHA-1: eight digits there, of which six are the last six.
  @Test(arguments: [
    (59.0, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"),
    (1_234_567_890, "89005924"), (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
  ])
  func timesGiveTheCodesOfTheRFC(seconds: Double, code: String) throws {
    #expect(
      try Self.seed(Self.secret).code(at: TOTPStep(at: seconds)) == String(code.suffix(6)))
  }

  @Test(arguments: [
    "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
    " GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n", "gezd\tgnbv\r\ngy3tqojqgezdgnbvgy3tqojq",
  ])
  func aSeedAsPeopleCopyIt(text: String) throws {
    #expect(try Self.seed(text).code(counter: 1) == "287082")
  }

  /// Sixteen bytes are 26 digits: with and without what fills the last group.
  @Test func paddingMayBeThereOrNot() throws {
    let bare = "GEZDGNBVGY3TQOJQGEZDGNBVGY"
    #expect(
      try Self.seed(bare).code(counter: 7) == Self.seed(bare + "======").code(counter: 7))
  }

  @Test(arguments: [
    ("", "too short"), ("   ", "too short"), ("GEZDGNBVGY3TQOJ", "whole"),
    ("GEZDGNBVGY3TQOJ0GEZDGNBV", "character"), ("GEZDGNBV1Y3TQOJQ", "character"),
    ("GEZD-GNBV-GY3T-QOJQ", "character"), ("GEZDGNBVGY3TQOJQ\u{E9}", "character"),
    ("GEZDGNBVGY3TQOJQGEZDGNBVGY=", "number of `=`"), ("GEZDGNBVGY3TQOJQ========", "number"),
    ("GEZDGNBV=GY3TQOJQ", "before its end"), ("GEZDGNBVGY3TQOJQG", "whole"),
    ("GEZDGNBVGY3TQOJQGF", "whole"), ("GEZDGNBV", "too short"),
    (String(repeating: "A", count: 1025), "longer"),
  ])
  func whatIsNoSeedIsRefused(text: String, reason: String) {
    #expect {
      _ = try Self.seed(text)
    } throws: { error in
      let fault = error as? TOTPSeed.Fault
      return fault?.reason.contains(reason) == true
        && (text.count < 8 || fault?.reason.contains(text) == false)
    }
  }

  // MARK: Steps

  @Test func aStepLastsThirtySeconds() {
    #expect(TOTPStep(at: 59.999).number == 1)
    #expect(TOTPStep(at: 60).number == 2)
    #expect(TOTPStep(at: -1).number == 0)
    #expect(TOTPStep(at: .infinity) > TOTPStep(at: 0))
  }

  @Test func inTheMiddleOfAStepNothingIsWaitedFor() {
    let (step, wait) = TOTPStep.next(at: 3015, after: nil)
    #expect(step.number == 100 && wait == 0)
  }

  @Test func atTheEdgesTheMomentIsWaitedFor() {
    let begin = TOTPStep.next(at: 3000, after: nil)
    #expect(begin.step.number == 100 && begin.wait == 1.5)
    let end = TOTPStep.next(at: 3029, after: nil)
    #expect(end.step.number == 101 && end.wait == 2.5)
  }

  @Test func aStepThatWasUsedIsNeverUsedAgain() {
    let same = TOTPStep.next(at: 3015, after: TOTPStep(number: 100))
    #expect(same.step.number == 101 && same.wait == 16.5)
    let coming = TOTPStep.next(at: 3015, after: TOTPStep(number: 101))
    #expect(coming.step.number == 102 && coming.wait == 46.5)
    #expect(TOTPStep.next(at: 3015, after: TOTPStep(number: 99)).step.number == 100)
  }

  /// A step of next year in a damaged record must not stop sessions until then.
  @Test func aStepFarAheadIsNotBelieved() {
    let next = TOTPStep.next(at: 3015, after: TOTPStep(number: 9_000_000))
    #expect(next.step.number == 100 && next.wait == 0)
  }
}
