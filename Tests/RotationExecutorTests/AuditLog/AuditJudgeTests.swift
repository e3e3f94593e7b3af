import FoundationEssentials
import Glibc
import RotationExecutor
import Testing

/// Python, which knows nothing of this program, verifies what it wrote.
struct AuditJudgeTests {
  /// The recipe of `AuditEntry`, and the seals.
  private let verifier = """
    import hashlib, json, re, sys
    previous, torn, entries, seals = "0" * 64, b"", 0, 0
    for line in b"".join(open(path, "rb").read() for path in sys.argv[1:]).splitlines(True):
        if line.endswith(b"<torn>\\n"):
            torn += line
            continue
        entry = json.loads(line)
        stated = entry.pop("hash")
        body = json.dumps(entry, separators=(",", ":")).encode()
        cut = re.sub(rb',"hash":"[0-9a-f]{64}"}\\n$', b"}", line)
        assert body == cut, (body, cut)
        assert hashlib.sha256(body).hexdigest() == stated, line
        assert entry["previousHash"] == previous, line
        entries += 1
        assert entry["sequence"] == entries, line
        if entry["action"] == "SealTornLine":
            torn = torn[: -len("<torn>\\n")]
            digest = hashlib.sha256(torn).hexdigest()
            assert entry["detail"] == f"bytes={len(torn)} sha256={digest}", line
            torn, seals = b"", seals + 1
        assert not torn
        previous = stated
    print(entries, seals, previous)
    """

  @Test func anIndependentVerifierAgrees() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl"
      // Every kind of character that JSON treats in its own way.
      let strange = String(String.UnicodeScalarView((0...0x2100).compactMap(Unicode.Scalar.init)))
      let log = try AuditLog.open(path: path)
      for start in stride(from: 0, to: strange.count, by: 1000) {
        try log.change(draft(detail: String(strange.dropFirst(start).prefix(1000)) + "\u{1F511}"))
      }
      #expect(truncate(path, off_t(try contents(path).count - 100)) == 0)
      try AuditLog.open(path: path).change(draft(run: "run-2"))
      #expect(rename(path, path + ".1") == 0)
      let last = try AuditLog.open(path: path)
      try last.change(draft(run: "run-3"))

      let judge = try Python(verifier, [path + ".1", path])
      let words = judge.readLine().split(whereSeparator: \.isWhitespace)
      #expect(judge.wait() == 0)
      let own = try AuditVerifier.verify(paths: [path + ".1", path])
      #expect(words == ["\(own.entries)", "\(own.sealedTears)", own.head.hash[...]])
      #expect(own.sealedTears == 1 && own.head == last.head)
    }
  }
}
