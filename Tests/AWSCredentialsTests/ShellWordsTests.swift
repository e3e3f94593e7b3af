import AWSCredentials
import AWSClient
import Testing

@Suite struct ShellWordsTests {
  @Test(arguments: [
    ("a b  c", ["a", "b", "c"]), ("", []), ("''", [""]), ("a''b", ["ab"]),
    (#"a\ b"#, ["a b"]), (#"'a\b' "a\b" "a\\b" "a\"b""#, [#"a\b"#, #"a\b"#, #"a\b"#, #"a"b"#]),
    ("a#b # c", ["a#b", "#", "c"]), ("$HOME `x` *", ["$HOME", "`x`", "*"]),
  ]) func words(_ text: String, _ words: [String]) throws {
    #expect(try ShellWords.split(text) == words)
  }

  @Test func leftOpen() {
    #expect(throws: ShellWords.Failure.quotationNotClosed) { try ShellWords.split("a 'b") }
    #expect(throws: ShellWords.Failure.nothingEscaped) { try ShellWords.split("a \\") }
  }
}
