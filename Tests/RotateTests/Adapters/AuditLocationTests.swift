import FoundationEssentials
import Glibc
import Testing
import rotate

/// Where the host's one log stands, whoever asks.
struct AuditLocationTests {
  private func path(
    _ folder: String, configured: String? = nil, _ environment: [String: String] = [:]
  ) -> String {
    AuditLocation.path(
      configured: configured,
      environment: ["HOME": "/home/anna", "XDG_STATE_HOME": ""].merging(environment) { $1 },
      hostFolder: folder)
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/rotate-" + UUID().uuidString
    #expect(mkdir(folder, 0o700) == 0)
    defer { rmdir(folder) }
    try body(folder)
  }

  @Test func theHostsFolderDecides() throws {
    try withFolder { folder in
      #expect(path(folder) == "\(folder)/audit.jsonl")
      #expect(path(folder, ["LOGS_DIRECTORY": "/var/log/other"]) == "\(folder)/audit.jsonl")
      #expect(path(folder, ["XDG_STATE_HOME": "/state"]) == "\(folder)/audit.jsonl")
      #expect(path(folder, configured: "/srv/audit.jsonl") == "/srv/audit.jsonl")
    }
  }

  @Test func withoutItTheServicesOrTheUsersOwn() {
    let none = "/nonexistent/rotate"
    #expect(path(none, ["LOGS_DIRECTORY": "/var/log/x:/y"]) == "/var/log/x/audit.jsonl")
    let own = geteuid() == 0 ? "\(none)/audit.jsonl" : "/home/anna/.local/state/rotate/audit.jsonl"
    #expect(path(none) == own)
  }
}
