import LibCrypto
import RotationExecutor
import RotationPlanner
import Testing

import struct FoundationEssentials.Date

@Suite("The proof that a version of the record carries")
struct RecordProofTests {
  static let name = "/deploy/deployer/record"

  private func document(generation: Int = 7, userId: String = "AIDA1") -> RecordDocument {
    let at = Date(timeIntervalSince1970: 1_800_000_000)
    let state = RotationState(
      user: "deployer", userId: userId, account: "111122223333", generation: generation,
      published: PublishedKey(
        id: AccessKeyID("AKIA1"), createdAt: at, publishedAt: at, credentialsVersion: 1,
        credentialsAt: at))
    return RecordDocument(state, runId: "run", audit: nil, projections: [:], writtenAt: at)
  }

  private func sealed(_ document: RecordDocument, by secret: String = "secret") -> String {
    String(
      decoding: RecordProof.sealed(document, by: SecretBytes(copying: secret), name: Self.name),
      as: UTF8.self)
  }

  private func fits(_ text: String, by secret: String = "secret", name: String = name) -> Bool {
    guard case .document(let document) = RecordDocument.read(text) else { return false }
    return RecordProof.fits(text, document, by: SecretBytes(copying: secret), name: name)
  }

  @Test func itFitsWhatItWasMadeOver() throws {
    let text = sealed(document())
    #expect(fits(text))
    guard case .document(let read) = RecordDocument.read(text) else {
      Issue.record("it is no record")
      return
    }
    #expect(read.mac?.utf8.count == 24)
  }

  @Test func itFitsNothingElse() {
    let text = sealed(document())
    #expect(!fits(text.replacing("\"generation\":7", with: "\"generation\":8")))
    #expect(!fits(text.replacing("deployer", with: "another")))
    #expect(!fits(text + " "))
    #expect(!fits(text, by: "another secret"))
    #expect(!fits(text, name: "/deploy/another/record"))
    #expect(!fits(String(decoding: document().encoded(), as: UTF8.self)))
  }

  @Test func eachUserHasAKeyOfTheirOwn() throws {
    func proof(_ document: RecordDocument) -> String? {
      guard case .document(let read) = RecordDocument.read(sealed(document)) else { return nil }
      return read.mac
    }
    #expect(proof(document()) == proof(document()))
    #expect(proof(document()) != proof(document(userId: "AIDA2")))
    #expect(proof(document()) != proof(document(generation: 8)))
  }

  /// The longest that both fields, and the time of `credentials`, make a record longer.
  @Test func itIsShort() {
    var without = document()
    without.writtenAt = nil
    without.published?.credentialsAt = nil
    #expect(sealed(document()).utf8.count - without.encoded().count <= 110)
  }
}
