import AWSClient
import FoundationEssentials
import Glibc
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

  /// What a killed run left, whoever put it there, and a file that is a link itself.
  @Test func usesUpWhatWasLeftAndFollowsLinks() throws {
    try inDirectory { directory in
      let (path, other) = (directory + "/f", directory + "/other")
      let left = path + ".rotate-new"
      try files.replace(left, with: SecretBytes(copying: "a longer secret than the new one"))
      try files.replace(path, with: SecretBytes(copying: "one"))
      #expect(try text(path) == "one")

      try files.replace(other, with: SecretBytes(copying: "untouched"))
      try FileManager.default.createSymbolicLink(atPath: left, withDestinationPath: other)
      try files.replace(path, with: SecretBytes(copying: "two"))
      try FileManager.default.linkItem(atPath: other, toPath: left)
      try files.replace(path, with: SecretBytes(copying: "three"))
      #expect(mkfifo(left, 0o666) == 0)
      try files.replace(path, with: SecretBytes(copying: "four"))
      #expect(try text(path) == "four")
      #expect(try text(other) == "untouched")

      let link = directory + "/link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
      try files.replace(link, with: SecretBytes(copying: "five"))
      #expect(try text(path) == "five")
      let names = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(names.sorted() == ["f", "link", "other"])
    }
  }

  @Test func waitsForWhoeverWritesTheSameFile() throws {
    try inDirectory { directory in
      let path = directory + "/f"
      let writer = open(path + ".rotate-new", O_WRONLY | O_CREAT, 0o600)
      defer { close(writer) }
      #expect(flock(writer, LOCK_EX) == 0)
      #expect(throws: FileFailure.unreadable("another process is writing it")) {
        try files.replace(path, with: SecretBytes(copying: "x"))
      }
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
