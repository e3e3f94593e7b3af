import FoundationEssentials
import Glibc
import RotationExecutor
import Testing

/// A run's drafts with fixed time and names, so that a log's bytes are the same each time.
func draft(
  _ action: String = "CreateAccessKey", run: String = "run-1", user: String? = "deployer",
  key: String? = nil, detail: String? = nil, at seconds: Double = 1_800_000_000.12
) -> AuditDraft {
  AuditDraft(
    time: Date(timeIntervalSince1970: seconds), runId: run, host: "host-1",
    actor: "arn:aws:iam::111122223333:role/rotate", user: user, accessKeyId: key, action: action,
    detail: detail)
}

extension AuditLog {
  /// One change, announced and answered.
  func change(_ draft: AuditDraft) throws {
    let intent = try recordIntent(draft)
    try recordOutcome(draft, of: intent, .ok, requestId: "request-\(intent.sequence)")
  }
}

/// A log of three changes, in memory.
func sampleLog() throws -> AuditMemory {
  let memory = AuditMemory()
  let log = try AuditLog(storage: memory)
  try log.change(draft("CreateAccessKey", detail: "caf\u{e9} \"\\/\u{7f}\n\u{1F511}"))
  try log.change(draft("PutParameter", detail: "/deploy/deployer/credentials version 7"))
  try log.change(draft("UpdateAccessKey", key: "AKIAIOSFODNN7EXAMPLE"))
  return memory
}

/// A new directory, removed at the end.
func withDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = "\(FileManager.default.temporaryDirectory.path)/rotate-audit-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

func contents(_ path: String) throws -> [UInt8] {
  [UInt8](try #require(FileManager.default.contents(atPath: path)))
}

/// What a failed call says; the test fails if it doesn't fail.
func failure(_ body: () throws -> Void) throws -> AuditFailure {
  try #require(throws: AuditFailure.self) { try body() }
}

func expect(_ code: AuditFailure.Code, _ body: () throws -> Void) throws {
  #expect(try failure(body).code == code)
}
