import AWSClient
import FoundationEssentials
import LibCrypto
import Testing

@Suite struct SystemFilesTests {
  private let files = SystemFiles()

  private func inDirectory(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/rotate-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func text(_ path: String, limit: Int = 100) throws(FileFailure) -> String {
    try files.read(path, limit: limit).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  @Test func readsAndReplaces() throws {
    try inDirectory { directory in
      let path = directory + "/f"
      #expect(throws: FileFailure.missing) { try text(path) }
      try files.replace(path, with: SecretBytes(copying: "one"))
      try files.replace(path, with: SecretBytes(copying: "two"))
      #expect(try text(path) == "two")
      #expect(try text(path, limit: 3) == "two")
      #expect(throws: FileFailure.tooLarge(limit: 2)) { try text(path, limit: 2) }
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["f"])
    }
  }

  @Test func makesDirectories() throws {
    try inDirectory { directory in
      let path = directory + "/a/b/f"
      try files.replace(path, with: SecretBytes(copying: "x"))
      #expect(try text(path) == "x")
      let mode = try FileManager.default.attributesOfItem(atPath: directory + "/a")[
        .posixPermissions]
      #expect(mode as? Int == 0o700)
    }
  }

  @Test(arguments: ["/", "/dev/null", "/nonexistent/x"]) func noRegularFile(_ path: String) {
    #expect(throws: FileFailure.missing) { try text(path) }
  }

  @Test func aDirectoryThatIsNotThere() {
    #expect(throws: FileFailure.self) {
      try files.replace("/dev/null/x", with: SecretBytes(copying: "x"))
    }
  }
}
