import LibCrypto
import SecretCoding
import Testing

@Suite struct JSONValueTests {
  private func read(_ text: String) -> JSONValue? { JSONValue.read(SecretBytes(copying: text)) }

  private func written(_ value: JSONValue) -> String {
    value.serialized().withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    (#""""#, ""), (#""plain/+=""#, "plain/+="), (#""\/\"\\\b\f\n\r\t""#, "/\"\\\u{8}\u{c}\n\r\t"),
    (#""a\u0062\u00e9\u20AC""#, "abé€"), (#""\ud83d\udd11x""#, "🔑x"), (#""ü🔑""#, "ü🔑"),
    (#""\u0000""#, "\0"),
  ])
  func texts(json: String, text: String) {
    #expect(read(json)?.string == text)
  }

  @Test(arguments: [
    "", " ", "nul", "tru", "01", "1.", ".5", "-", "1e", "+1", "0x1", "NaN", "[1,]", "[,]", "[1 2]",
    "{", "{}}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#, #"""#, #""\x""#, #""\u12""#,
    #""\u00zz""#, #""\ud83d""#, #""\ud83dx""#, #""\ud83d\u0041""#, #""\udd11""#, "\"\n\"", "\"\t\"",
    "1 2", "[1]x", "'a'", "\u{FEFF}1", "// 1",
  ])
  func noJSON(text: String) {
    #expect(read(text) == nil)
  }

  @Test func brokenUTF8() {
    #expect(JSONValue.read(SecretBytes(copying: [0x22, 0xFF, 0x22])) == nil)
    #expect(JSONValue.read(SecretBytes(copying: [0x22, 0xED, 0xA0, 0x80, 0x22])) == nil)
  }

  @Test func depthUpToTheLimit() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(read(nested(128)) != nil)
    #expect(read(nested(129)) == nil)
    #expect(read(String(repeating: "[", count: 1_000_000)) == nil)
    // Side by side isn't deep.
    #expect(read("[" + String(repeating: "[],", count: 200) + "[]]") != nil)
  }

  @Test func members() {
    let value = read(#" { "a" : [ 1 , true , null ] , "b" : { } , "a" : 2 , "n" : -1.5e3 } "#)
    #expect(value?["a"]?.elements?.count == 3)
    #expect(value?["b"] != nil && value?["c"] == nil)
    #expect(value?["n"]?.double == -1500 && value?["n"]?.integer == -1500)
    #expect(value?["a"]?.elements?.first?.integer == 1)
    #expect(read("1.5")?.integer == nil && read("1e400")?.integer == nil)
    #expect(read("99999999999999999999")?.integer == nil)
  }

  @Test func changesAMember() {
    var value = JSONValue.object([("a", .text("1")), ("b", .null)])
    value["a"] = .bool(true)
    value["c"] = .number("2")
    value["b"] = nil
    #expect(written(value) == #"{"a":true,"c":2}"#)
  }

  /// What it writes, it reads; and the other way round.
  @Test func roundTrip() {
    let every = String(String.UnicodeScalarView((0..<0x250).compactMap { Unicode.Scalar($0) }))
    let text = written(.object([(every, .array([.text(every + "🔑"), .null, .bool(false)]))]))
    #expect(!text.utf8.contains { $0 < 0x20 })
    #expect(read(text)?[every]?.elements?.first?.string == every + "🔑")
    #expect(read(text).map { written($0) } == text)
  }
}
