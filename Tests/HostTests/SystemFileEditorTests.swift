import Foundation
import Host
import LibCrypto
import Testing

/// On the real disk, in a directory of each test's own.
@Suite("Replacing a file that others read, and perhaps write")
final class SystemFileEditorTests {
  private let folder: String
  private let disk = SystemFileEditor()
  private static let jenkins: uid_t = 4321
  private static let others: gid_t = 4322

  init() throws {
    let made = FileManager.default.temporaryDirectory.appendingPathComponent(
      "disk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: made, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    folder = made.path
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  private func make(_ name: String, _ content: String = "old", mode: mode_t = 0o600) throws {
    try content.write(toFile: path(name), atomically: false, encoding: .utf8)
    #expect(chmod(path(name), mode) == 0)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  private func status(_ name: String) -> stat {
    var found = stat()
    #expect(lstat(path(name), &found) == 0)
    return found
  }

  private func secret(_ text: String) -> SharedSecret { SharedSecret(SecretBytes(copying: text)) }

  private func write(_ name: String, _ text: String = "new") throws {
    try disk.update(path(name)) { _ in secret(text) }
  }

  /// Both ways in refuse, and the file is as it was.
  private func refuses(_ name: String, _ words: String) throws {
    for attempt in [
      { _ = try self.disk.read(self.path(name)) }, { try self.disk.check(self.path(name)) },
      { try self.write(name) },
    ] {
      do {
        try attempt()
        Issue.record("it was not refused")
      } catch let failure as FileFailure {
        #expect(failure.reason.contains(words))
      }
    }
  }

  private func entries() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  // MARK: What is kept

  @Test func aNewFileIsForItsOwnerAlone() throws {
    try write("a/b/credentials")
    #expect(try text("a/b/credentials") == "new")
    #expect(status("a/b/credentials").st_mode & 0o7777 == 0o600)
    #expect(status("a/b").st_mode & 0o7777 == 0o700)
  }

  @Test(arguments: [0o600, 0o640, 0o400, 0o644] as [mode_t])
  func theModeStays(_ mode: mode_t) throws {
    try make("credentials", mode: mode)
    let before = status("credentials")
    try write("credentials")
    #expect(try text("credentials") == "new")
    #expect(status("credentials").st_mode & 0o7777 == mode)
    // In one step: whoever has the old one open still reads the old one, whole.
    #expect(status("credentials").st_ino != before.st_ino)
    #expect(try entries() == ["credentials"])
  }

  @Test(.enabled(if: geteuid() == 0))
  func rootKeepsAnothersFileTheirs() throws {
    try make("credentials", mode: 0o640)
    #expect(chown(path("credentials"), Self.jenkins, Self.others) == 0)
    try write("credentials")
    #expect(status("credentials").st_uid == Self.jenkins)
    #expect(status("credentials").st_gid == Self.others)
    #expect(status("credentials").st_mode & 0o7777 == 0o640)
    // The same in a directory of theirs.
    #expect(chown(folder, Self.jenkins, Self.others) == 0)
    try write("credentials", "newer")
    #expect(try text("credentials") == "newer")
    #expect(status("credentials").st_uid == Self.jenkins)
  }

  @Test func whatIsThereAlreadyIsNotReplaced() throws {
    try make("credentials", "new")
    let before = status("credentials")
    try write("credentials")
    #expect(status("credentials").st_ino == before.st_ino)
  }

  @Test func aChangeBySomebodyElseInBetweenIsNotLost() throws {
    try make("credentials", "1")
    var rounds = 0
    try disk.update(path("credentials")) { old in
      rounds += 1
      if rounds == 1 { try? self.make("credentials", "22") }
      let text = old?.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      return secret((text ?? "") + "+")
    }
    #expect(rounds == 2)
    #expect(try text("credentials") == "22+")
  }

  @Test func whoKeepsChangingItWins() throws {
    try make("credentials", "1")
    var rounds = 0
    #expect(throws: FileFailure.unreadable("somebody else keeps changing it")) {
      try disk.update(path("credentials")) { _ in
        rounds += 1
        try? self.make("credentials", String(repeating: "x", count: rounds + 1))
        return secret("mine")
      }
    }
    #expect(try entries() == ["credentials"])
  }

  // MARK: What is refused

  @Test(.enabled(if: geteuid() == 0))
  func anothersSymbolicLinkIsRefused() throws {
    try make("elsewhere")
    #expect(symlink("elsewhere", path("credentials")) == 0)
    #expect(lchown(path("credentials"), Self.jenkins, Self.others) == 0)
    try refuses("credentials", "symbolic link of user")
    #expect(try text("elsewhere") == "old")
  }

  @Test func aFileWithTwoNamesIsRefused() throws {
    try make("credentials")
    #expect(link(path("credentials"), path("other")) == 0)
    try refuses("credentials", "2 names")
    #expect(try text("other") == "old")
  }

  @Test(arguments: [0o620, 0o602, 0o666] as [mode_t])
  func aFileThatOthersCanWriteIsRefused(_ mode: mode_t) throws {
    try make("credentials", mode: mode)
    try refuses("credentials", "others can write to it")
    #expect(try text("credentials") == "old")
  }

  @Test(arguments: [0o775, 0o757, 0o1777] as [mode_t])
  func aDirectoryThatOthersCanWriteIsRefused(_ mode: mode_t) throws {
    try make("credentials")
    #expect(chmod(folder, mode) == 0)
    try refuses("credentials", "others can write to the directory")
    #expect(try text("credentials") == "old")
  }

  @Test func aDirectoryAboveThatOthersCanWriteIsRefused() throws {
    try write("a/credentials", "old")
    #expect(chmod(folder, 0o777) == 0)
    try refuses("a/credentials", "others can write to the directory")
    // In a sticky one others can't exchange what isn't theirs.
    #expect(chmod(folder, 0o1777) == 0)
    try write("a/credentials")
    #expect(try text("a/credentials") == "new")
  }

  @Test func aFifoIsRefusedAndDoesNotHang() throws {
    #expect(mkfifo(path("credentials"), 0o600) == 0)
    try refuses("credentials", "no regular file")
  }

  @Test(.enabled(if: geteuid() == 0))
  func whatUsersCouldHavePlantedForRootIsRefused() throws {
    // Another's file in the directory of a third.
    try make("credentials")
    #expect(chown(folder, Self.jenkins, Self.others) == 0)
    #expect(chown(path("credentials"), Self.jenkins + 1, Self.others) == 0)
    try refuses("credentials", "belongs to user")
    // A link of theirs that leads into a directory of root's.
    #expect(mkdir(path("of-root"), 0o700) == 0)
    #expect(symlink("of-root", path("aws")) == 0)
    #expect(lchown(path("aws"), Self.jenkins, Self.others) == 0)
    try refuses("aws/credentials", "symbolic link of user")
    #expect(try FileManager.default.contentsOfDirectory(atPath: path("of-root")).isEmpty)
    // The directory of a fourth, within.
    #expect(chown(path("of-root"), Self.jenkins + 1, Self.others) == 0)
    try refuses("of-root/credentials", "belongs to user")
  }

  @Test func aLinkOfOurOwnOnTheWayIsFollowed() throws {
    #expect(mkdir(path("real"), 0o700) == 0)
    #expect(symlink("real", path("relative")) == 0)
    #expect(symlink(path("relative"), path("absolute")) == 0)
    try write("absolute/./credentials")
    #expect(try text("real/credentials") == "new")
    // Also in the file's own place: the link stays, and so do all who read what it leads to.
    #expect(symlink("relative/credentials", path("credentials")) == 0)
    try write("credentials", "newer")
    #expect(try text("real/credentials") == "newer")
    #expect(status("credentials").st_mode & S_IFMT == S_IFLNK)
    #expect(symlink("round", path("round")) == 0)
    try refuses("round/credentials", "leads nowhere")
  }

  @Test func whatAKilledRunLeftIsRemovedAndALivingOnesIsNot() throws {
    try make("credentials")
    try make(".credentials.rotate-dead00000000", "a secret")
    try make(".credentials.rotate-alive0000000", "a secret")
    let held = open(path(".credentials.rotate-alive0000000"), O_RDONLY)
    #expect(flock(held, LOCK_EX | LOCK_NB) == 0)
    try write("credentials")
    #expect(try entries() == [".credentials.rotate-alive0000000", "credentials"])
    close(held)
    try write("credentials", "newer")
    #expect(try entries() == ["credentials"])
  }

  @Test func aDirectoryWithoutRoomLeavesNothingBehind() throws {
    try make("credentials")
    // The name fits, the longer one of the fresh file does not.
    let name = String(repeating: "x", count: 250)
    try make(name)
    #expect(throws: FileFailure.self) { try write(name) }
    #expect(try text(name) == "old")
    #expect(try entries() == ["credentials", name].sorted())
  }
}
