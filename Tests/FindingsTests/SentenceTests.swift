import Findings
import Testing

import struct FoundationEssentials.Date

@Suite("Sentences")
struct SentenceTests {
  private let first = AccessKeyID("AKIAFIRST00000000001")
  private let second = AccessKeyID("AKIASECOND0000000002")

  @Test func itKnowsItsKeysInTheirOrder() {
    let part: Sentence = "\(second) and \(first)"
    let sentence: Sentence = "of \(part): \([first, second])"
    #expect(sentence.keys == [second, first])
    #expect(
      sentence.description
        == "of AKIASECOND0000000002 and AKIAFIRST00000000001: AKIAFIRST00000000001 and "
        + "AKIASECOND0000000002")
    #expect(sentence.withTails == "of …0002 and …0001: …0001 and …0002")
  }

  @Test func timesAndPeriodsAreSpelledForPeople() {
    let at = Date(timeIntervalSince1970: 1_800_000_000)
    let sentence: Sentence = "\(at), \(.days(90) as Duration), \(3)"
    #expect(sentence.description == "2027-01-15 08:00Z, 90 days, 3")
    #expect(sentence.keys.isEmpty)
  }
}
