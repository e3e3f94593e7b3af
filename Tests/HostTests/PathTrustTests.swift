import FoundationEssentials
import Glibc
import Host
import Testing

@Suite("Who could change what stands at a path") struct PathTrustTests {
  /// A directory with `sub/file` in it, all of them this user's alone.
  private func inDirectory(_ body: (String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.path + "/rotate-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: directory) }
    for path in [directory, directory + "/sub"] {
      #expect(mkdir(path, 0o700) == 0)
    }
    try write(directory + "/sub/file")
    try body(directory)
  }

  private func write(_ path: String) throws {
    try Data("x".utf8).write(to: URL(filePath: path))
    #expect(chmod(path, 0o644) == 0)
  }

  @Test func onlyThisUserAndRoot() throws {
    try inDirectory { directory in
      #expect(PathTrust.weakness(of: directory + "/sub/file") == nil)
      #expect(PathTrust.weakness(of: directory + "/sub/../sub/./file") == nil)
      #expect(PathTrust.weakness(of: directory + "/missing") == nil)
      #expect(PathTrust.weakness(of: "/etc/passwd") == nil)
      #expect(PathTrust.weakness(of: "/dev/null") == nil)
    }
  }

  @Test(arguments: ["/sub/file", "/sub", ""]) func writableByOthers(_ part: String) throws {
    try inDirectory { directory in
      #expect(chmod(directory + part, 0o777) == 0)
      let weakness = try #require(PathTrust.weakness(of: directory + "/sub/file"))
      #expect(weakness.path == directory + part)
      #expect(weakness.reason.contains("can be written by others"))
      #expect(weakness.reason.hasSuffix("its mode is 0777"))
      #expect(weakness.remedy == "chmod go-w \(directory + part)")
    }
  }

  @Test func aStickyDirectory() throws {
    try inDirectory { directory in
      #expect(chmod(directory + "/sub", 0o1777) == 0)
      #expect(PathTrust.weakness(of: directory + "/sub/file") == nil)
      let missing = directory + "/sub/missing"
      #expect(PathTrust.weakness(of: missing, isToBeMade: true) == nil)
      #expect(chmod(directory + "/sub", 0o777) == 0)
      #expect(PathTrust.weakness(of: missing) == nil)
      #expect(PathTrust.weakness(of: missing, isToBeMade: true)?.path == directory + "/sub")
    }
  }

  /// A link is as safe as the directory that it stands in, and as what it leads to.
  @Test func links() throws {
    try inDirectory { directory in
      let link = directory + "/link"
      #expect(symlink("sub/file", link) == 0)
      #expect(symlink(directory + "/link", directory + "/second") == 0)
      #expect(PathTrust.weakness(of: directory + "/second") == nil)
      #expect(chmod(directory + "/sub", 0o777) == 0)
      #expect(PathTrust.weakness(of: directory + "/second")?.path == directory + "/sub")
      #expect(chmod(directory + "/sub", 0o700) == 0)
      #expect(mkdir(directory + "/open", 0o700) == 0)
      #expect(symlink("../sub", directory + "/open/way") == 0)
      #expect(chmod(directory + "/open", 0o777) == 0)
      #expect(PathTrust.weakness(of: directory + "/open/way/file")?.path == directory + "/open")
      #expect(symlink("loop", directory + "/loop") == 0)
      #expect(PathTrust.weakness(of: directory + "/loop") == nil)
    }
  }

  /// The group that Debian makes for one user alone is no other user.
  @Test func groups() throws {
    try inDirectory { directory in
      let file = directory + "/sub/file"
      #expect(chmod(file, 0o664) == 0)
      let user = try #require(getpwuid(geteuid())).pointee
      let group = try #require(getgrgid(user.pw_gid)).pointee
      let isPrivate = strcmp(user.pw_name, group.gr_name) == 0 && group.gr_mem.pointee == nil
      #expect((PathTrust.weakness(of: file) == nil) == isPrivate)
      // Only root can give a file to just any group.
      if chown(file, geteuid(), 12_345) == 0 {
        let reason = PathTrust.weakness(of: file)?.reason ?? ""
        #expect(reason.hasPrefix("can be written by its group"))
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0)) func owners() throws {
    try inDirectory { directory in
      let sub = directory + "/sub"
      #expect(chown(sub + "/file", 12_345, 0) == 0)
      #expect(
        PathTrust.weakness(of: sub + "/file")?.reason == "belongs to user 12345, who can change it")
      // In a sticky directory it is the entry's owner who counts.
      #expect(chmod(sub, 0o1777) == 0)
      #expect(PathTrust.weakness(of: sub + "/file")?.path == sub + "/file")
      #expect(chown(sub + "/file", 0, 0) == 0)
      #expect(chown(directory, 12_345, 0) == 0)
      #expect(PathTrust.weakness(of: sub + "/file")?.path == directory)
      // Where it is that user's own file, it is somebody else's directory that counts.
      #expect(PathTrust.weakness(of: sub + "/file", for: 12_345) == nil)
      #expect(chown(sub, 12_346, 0) == 0)
      #expect(PathTrust.weakness(of: sub + "/file", for: 12_345)?.path == sub)
    }
  }

  /// What root makes in another user's folder is that user's, and root gets nowhere that they can't.
  @Test(.enabled(if: geteuid() == 0)) func rootActsAsTheFoldersOwner() throws {
    try inDirectory { directory in
      let sub = directory + "/sub"
      #expect(FolderOwner(ofFile: sub + "/new/file").user == 0)
      #expect(chown(sub, 65_534, 65_534) == 0 && chmod(directory, 0o755) == 0)
      let owner = FolderOwner(ofFile: sub + "/new/file")
      #expect(owner.user == 65_534)
      #expect(owner.act { close(open(sub + "/made", O_CREAT | O_EXCL | O_WRONLY, 0o600)) } == 0)
      var status = stat()
      #expect(stat(sub + "/made", &status) == 0 && status.st_uid == 65_534)
      let refused: (Int32, Int32)? = owner.act { (open(directory + "/no", O_CREAT, 0o600), errno) }
      #expect(refused?.0 == -1 && refused?.1 == EACCES)
      #expect(owner.act { open("/etc/shadow", O_RDONLY) } == -1 && errno == EACCES)
      // Only meanwhile.
      #expect(close(open(directory + "/mine", O_CREAT | O_WRONLY, 0o600)) == 0)
      #expect(stat(directory + "/mine", &status) == 0 && status.st_uid == 0)
    }
  }

  @Test func readsToALimit() throws {
    try inDirectory { directory in
      #expect(HostFile.read(directory + "/sub/file", limit: 1) == .success([UInt8(ascii: "x")]))
      #expect(HostFile.read(directory + "/sub/file", limit: 0) == .failure(.tooLarge))
      #expect(HostFile.read("/dev/zero", limit: 1 << 20) == .failure(.tooLarge))
      #expect(HostFile.read(directory + "/none", limit: 1) == .failure(.missing))
      #expect(HostFile.read(directory, limit: 1) == .failure(.other("Is a directory")))
    }
  }
}
