import Glibc
import LibCrypto
import RotationExecutor
import Testing

import rotate

/// Which files a seed is taken from.
@Suite struct HostSeedsTests {
  private let folder: String

  init() throws {
    var template = Array("/tmp/rotate-seeds.XXXXXX".utf8CString)
    folder = String(cString: try #require(mkdtemp(&template)))
  }

  private func write(_ name: String, mode: mode_t, text: String = "SEED\n") -> String {
    let path = "\(folder)/\(name)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    _ = text.withCString { Glibc.write(descriptor, $0, strlen($0)) }
    fchmod(descriptor, mode)
    close(descriptor)
    return path
  }

  private func read(_ source: SeedSource, _ environment: [String: String] = [:]) throws -> String {
    let bytes = try HostSeeds(environment: environment).read(source)
    return bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  private func refusal(_ source: SeedSource) -> String {
    do {
      _ = try read(source)
      return "none"
    } catch { return "\(error)" }
  }

  @Test(arguments: [0o600, 0o400] as [mode_t]) func aFileOfOnesOwn(mode: mode_t) throws {
    defer { system("rm -r \(folder)") }
    #expect(try read(.file(write("seed", mode: mode))) == "SEED\n")
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o700, 0o4600] as [mode_t])
  func aFileThatOthersReach(mode: mode_t) {
    defer { system("rm -r \(folder)") }
    let said = refusal(.file(write("seed", mode: mode)))
    #expect(said.contains("mode is more than 0600") && !said.contains("SEED"))
  }

  @Test func whatIsNoFile() {
    defer { system("rm -r \(folder)") }
    let real = write("real", mode: 0o600)
    symlink(real, "\(folder)/link")
    mkfifo("\(folder)/fifo", 0o600)
    #expect(refusal(.file("\(folder)/link")).contains("symbolic link"))
    #expect(refusal(.file("\(folder)/fifo")).contains("no regular file"))
    #expect(refusal(.file(folder)).contains("no regular file"))
    #expect(refusal(.file("\(folder)/none")).contains("No such file"))
  }

  @Test(.enabled(if: geteuid() == 0)) func aFileOfSomebodyElse() {
    defer { system("rm -r \(folder)") }
    let path = write("seed", mode: 0o600)
    chown(path, 12345, 12345)
    #expect(refusal(.file(path)).contains("another user"))
  }

  @Test func credentialsOfTheService() throws {
    defer { system("rm -r \(folder)") }
    // systemd lets its user in by an ACL, which shows as the group's bits.
    _ = write("mfa", mode: 0o440)
    #expect(try read(.credential("mfa"), ["CREDENTIALS_DIRECTORY": folder]) == "SEED\n")
    #expect(refusal(.credential("mfa")).contains("CREDENTIALS_DIRECTORY is not set"))
  }

  /// No more is read than a seed can have.
  @Test func aLongFileIsRefused() throws {
    defer { system("rm -r \(folder)") }
    let path = write("seed", mode: 0o600, text: String(repeating: "A", count: 5000))
    #expect(refusal(.file(path)).contains("it is longer than 1024 bytes"))
  }
}
