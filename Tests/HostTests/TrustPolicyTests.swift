import FoundationEssentials
import Glibc
import Host
import Testing

@Suite("Who could change what stands at a path") struct TrustPolicyTests {
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
      #expect(TrustPolicy().weakness(of: directory + "/sub/file") == nil)
      #expect(TrustPolicy().weakness(of: directory + "/sub/../sub/./file") == nil)
      #expect(TrustPolicy().weakness(of: directory + "/missing") == nil)
      #expect(TrustPolicy().weakness(of: "/etc/passwd") == nil)
      #expect(TrustPolicy().weakness(of: "/dev/null") == nil)
    }
  }

  @Test(arguments: ["/sub/file", "/sub", ""]) func writableByOthers(_ part: String) throws {
    try inDirectory { directory in
      #expect(chmod(directory + part, 0o777) == 0)
      let weakness = try #require(TrustPolicy().weakness(of: directory + "/sub/file"))
      #expect(weakness.path == directory + part)
      #expect(weakness.reason.contains("can be written by others"))
      #expect(weakness.reason.hasSuffix("its mode is 0777"))
      #expect(weakness.remedy == "chmod go-w \(directory + part)")
    }
  }

  @Test func aStickyDirectory() throws {
    try inDirectory { directory in
      #expect(chmod(directory + "/sub", 0o1777) == 0)
      #expect(TrustPolicy().weakness(of: directory + "/sub/file") == nil)
      let missing = directory + "/sub/missing"
      #expect(TrustPolicy().weakness(of: missing, isToBeMade: true) == nil)
      #expect(chmod(directory + "/sub", 0o777) == 0)
      #expect(TrustPolicy().weakness(of: missing) == nil)
      #expect(TrustPolicy().weakness(of: missing, isToBeMade: true)?.path == directory + "/sub")
    }
  }

  /// A link is as safe as the directory that it stands in, and as what it leads to.
  @Test func links() throws {
    try inDirectory { directory in
      let link = directory + "/link"
      #expect(symlink("sub/file", link) == 0)
      #expect(symlink(directory + "/link", directory + "/second") == 0)
      #expect(TrustPolicy().weakness(of: directory + "/second") == nil)
      #expect(chmod(directory + "/sub", 0o777) == 0)
      #expect(TrustPolicy().weakness(of: directory + "/second")?.path == directory + "/sub")
      #expect(chmod(directory + "/sub", 0o700) == 0)
      #expect(mkdir(directory + "/open", 0o700) == 0)
      #expect(symlink("../sub", directory + "/open/way") == 0)
      #expect(chmod(directory + "/open", 0o777) == 0)
      #expect(TrustPolicy().weakness(of: directory + "/open/way/file")?.path == directory + "/open")
      #expect(symlink("loop", directory + "/loop") == 0)
      #expect(TrustPolicy().weakness(of: directory + "/loop") == nil)
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
      #expect((TrustPolicy().weakness(of: file) == nil) == isPrivate)
      // Only root can give a file to just any group.
      if chown(file, geteuid(), 12_345) == 0 {
        let reason = TrustPolicy().weakness(of: file)?.reason ?? ""
        #expect(reason.hasPrefix("can be written by its group"))
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0)) func owners() throws {
    try inDirectory { directory in
      let sub = directory + "/sub"
      #expect(chown(sub + "/file", 12_345, 0) == 0)
      #expect(
        TrustPolicy().weakness(of: sub + "/file")?.reason
          == "belongs to user 12345, who can change it")
      // In a sticky directory it is the entry's owner who counts.
      #expect(chmod(sub, 0o1777) == 0)
      #expect(TrustPolicy().weakness(of: sub + "/file")?.path == sub + "/file")
      #expect(chown(sub + "/file", 0, 0) == 0)
      #expect(chown(directory, 12_345, 0) == 0)
      #expect(TrustPolicy().weakness(of: sub + "/file")?.path == directory)
      // Where it is that user's own file, it is somebody else's directory that counts.
      #expect(TrustPolicy(for: 12_345).weakness(of: sub + "/file") == nil)
      #expect(chown(sub, 12_346, 0) == 0)
      #expect(TrustPolicy(for: 12_345).weakness(of: sub + "/file")?.path == sub)
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

  /// One way in which somebody else could have written a file `home/sub/file`.
  fileprivate struct Case: Sendable, CustomStringConvertible {
    var description: String
    /// Of the path inside the directory, and the mode that it gets.
    var part: String
    var mode: mode_t
    var group: gid_t?
    var owner: uid_t?
    /// By strictness: nowhere, file, folder.
    var weak: (Bool, Bool, Bool)
  }

  /// What each policy makes of it. Everything is root's or this user's, and 0755, but what it says.
  fileprivate static let cases: [Case] = [
    Case("nothing", "/home", 0o755, weak: (false, false, false)),
    Case("a file open to others", "/home/sub/file", 0o646, weak: (true, true, true)),
    Case(
      "a file open to a group", "/home/sub/file", 0o664, group: 12_345, weak: (true, true, true)),
    Case("a file open to one's own group", "/home/sub/file", 0o664, weak: (false, true, true)),
    Case("its folder open to others", "/home/sub", 0o757, weak: (true, true, true)),
    Case("its folder open to one's own group", "/home/sub", 0o775, weak: (false, false, true)),
    Case("its folder sticky", "/home/sub", 0o1777, weak: (false, false, true)),
    Case("the grandparent open to others", "/home", 0o757, weak: (true, true, true)),
    Case(
      "the grandparent open to a group", "/home", 0o775, group: 12_345, weak: (true, true, true)),
    Case("the grandparent open to one's own group", "/home", 0o775, weak: (false, false, false)),
    Case("the grandparent sticky", "/home", 0o1777, weak: (false, false, false)),
    Case("a stranger's file", "/home/sub/file", 0o644, owner: 12_345, weak: (true, true, true)),
    Case("a stranger's folder", "/home/sub", 0o755, owner: 12_345, weak: (true, true, true)),
    Case("a stranger's grandparent", "/home", 0o755, owner: 12_345, weak: (true, true, true)),
  ]

  @Test(.enabled(if: geteuid() == 0), arguments: cases.indices)
  func whoCouldHaveWrittenIt(_ index: Int) throws {
    let one = Self.cases[index]
    try inDirectory { directory in
      for path in ["/home", "/home/sub"] { #expect(mkdir(directory + path, 0o755) == 0) }
      let file = directory + "/home/sub/file"
      try write(file)
      #expect(chown(directory + one.part, one.owner ?? 0, one.group ?? 0) == 0)
      #expect(chmod(directory + one.part, one.mode) == 0)
      func isWeak(_ strictness: TrustPolicy.Strictness) -> Bool {
        TrustPolicy(strict: strictness).weakness(of: file) != nil
      }
      let weak = (isWeak(.nowhere), isWeak(.file), isWeak(.folder))
      #expect(weak == one.weak, "\(one)")
    }
  }

  /// An access list that lets others write shows as the group's bits: nothing else need be read.
  @Test(.enabled(if: access("/usr/bin/setfacl", X_OK) == 0)) func anAccessList() throws {
    try inDirectory { directory in
      let file = directory + "/sub/file"
      // Where the file system knows no lists, nothing can be shown.
      guard system("setfacl -m u:12345:rw \(file) 2>/dev/null") == 0 else { return }
      #expect(TrustPolicy(strict: .file).weakness(of: file)?.kind == .writable)
    }
  }
}

extension TrustPolicyTests.Case {
  fileprivate init(
    _ description: String, _ part: String, _ mode: mode_t, group: gid_t? = nil,
    owner: uid_t? = nil, weak: (Bool, Bool, Bool)
  ) {
    self.init(
      description: description, part: part, mode: mode, group: group, owner: owner, weak: weak)
  }
}
