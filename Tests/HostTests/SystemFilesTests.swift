import FoundationEssentials
import Glibc
import Host
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

  /// What a killed run left goes, what another one is writing stays; a link leads to its file.
  @Test func usesUpWhatWasLeftAndFollowsLinks() throws {
    try inDirectory { directory in
      let path = directory + "/f"
      try files.replace(directory + "/.f.rotate-dead", with: SecretBytes(copying: "a secret"))
      let living = directory + "/.f.rotate-alive"
      try files.replace(living, with: SecretBytes(copying: "a secret"))
      let held = open(living, O_RDONLY)
      defer { close(held) }
      #expect(flock(held, LOCK_EX) == 0)
      try files.replace(path, with: SecretBytes(copying: "one"))
      #expect(try text(path) == "one")

      let link = directory + "/link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
      try files.replace(link, with: SecretBytes(copying: "two"))
      #expect(try text(path) == "two")
      let names = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(names.sorted() == [".f.rotate-alive", "f", "link"])
    }
  }

  @Test func modes() throws {
    try inDirectory { directory in
      let path = directory + "/f"
      func mode() throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      }
      try files.publish(path, Array("x".utf8))
      #expect(try mode() == 0o644)
      try files.replace(path, with: SecretBytes(copying: "x"), keepsMode: true)
      #expect(try mode() == 0o644)
      try files.replace(path, with: SecretBytes(copying: "x"))
      #expect(try mode() == 0o600)
    }
  }

  @Test func readsToALimit() throws {
    try inDirectory { directory in
      let path = directory + "/f"
      try files.replace(path, with: SecretBytes(copying: "x"))
      #expect(try files.readOpen(path, limit: 1) == [UInt8(ascii: "x")])
      #expect(throws: FileFailure.tooLarge(limit: 0)) { try files.readOpen(path, limit: 0) }
      #expect(throws: FileFailure.tooLarge(limit: 1 << 20)) {
        try files.readOpen("/dev/zero", limit: 1 << 20)
      }
      #expect(throws: FileFailure.missing) { try files.readOpen(path + "/none", limit: 1) }
      #expect(throws: FileFailure.unreadable("Is a directory")) {
        try files.readOpen(directory, limit: 1)
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
