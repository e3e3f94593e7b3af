package import FoundationEssentials
internal import LibCrypto

/// One line of the audit log.
///
/// A line is a JSON object on one line: keys in the order below, all of them present (`null` where
/// nothing is known), no spaces, and every character outside printable ASCII escaped. These are
/// the bytes that Python's `json.dumps(entry, separators=(",", ":"))` makes. `hash` comes last: the
/// SHA-256 of the line as it would be without it. `previousHash` is the hash of the entry before,
/// for the very first 64 zeros. So anybody can check the chain without this program:
/// ```
/// tail -n 1 audit.jsonl | sed -E 's/,"hash":"[0-9a-f]{64}"\}$/}/' | tr -d '\n' | sha256sum
/// ```
/// ```python
/// import hashlib, json, sys
/// previous = "0" * 64
/// for line in open(sys.argv[1], "rb"):
///     entry = json.loads(line)
///     stated = entry.pop("hash")
///     body = json.dumps(entry, separators=(",", ":")).encode()
///     assert hashlib.sha256(body).hexdigest() == stated and entry["previousHash"] == previous
///     previous = stated
/// ```
/// (A line that ends in `<torn>` or holds NUL bytes is what a crash left; the entry after it,
/// `SealTornLine`, states how many bytes that is without the `<torn>`, and their SHA-256.)
package struct AuditEntry: Sendable, Equatable, Decodable {
  package let sequence: Int
  /// To the millisecond.
  package let time: Date
  package let runId: String
  package let host: String
  package let actor: String?
  package let user: String?
  package let accessKeyId: String?
  package let action: String
  package let phase: AuditPhase
  /// For an outcome: the sequence of its intent.
  package let intent: Int?
  /// Nil for an intent.
  package let result: AuditResult?
  /// AWS's id of the request, which CloudTrail knows too.
  package let requestId: String?
  package let detail: String?
  package let previousHash: String
  package private(set) var hash: String

  package var head: AuditHead { AuditHead(sequence: sequence, hash: hash) }

  /// No line is longer, its newline included: 64 KiB.
  package static let lineLimit = 65_536
  private static let detailLimit = 1024
  /// Numbers that every reader of JSON holds exactly, and that can be counted on from.
  static let sequences = 1...(1 << 53)

  /// The entry that follows `head` in the chain.
  init(_ draft: AuditDraft, after head: AuditHead) {
    sequence = head.sequence + 1
    time = AuditTime.rounded(draft.time)
    runId = draft.runId
    host = draft.host
    actor = draft.actor
    user = draft.user
    accessKeyId = draft.accessKeyId
    action = draft.action
    phase = draft.phase
    intent = draft.intent
    result = draft.result
    requestId = draft.requestId
    detail = draft.detail.map { String($0.prefix(Self.detailLimit)) }
    previousHash = head.hash
    hash = ""
    hash = SHA256.hexDigest(of: body + [UInt8(ascii: "}")])
  }

  /// Reads a line, without its newline, and checks its own hash.
  package init(line: some Collection<UInt8>) throws(AuditLineDefect) {
    guard line.count < Self.lineLimit else { throw .notAnEntry }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      try AuditTime.parse(decoder.singleValueContainer().decode(String.self))
    }
    do {
      self = try decoder.decode(AuditEntry.self, from: Data(line))
    } catch {
      throw .notAnEntry
    }
    guard Self.sequences.contains(sequence) else { throw .notAnEntry }
    let ending = Self.ending(hash)
    let body = Array(line.prefix(line.count - ending.count))
    guard
      line.suffix(ending.count).elementsEqual(ending),
      SHA256.hexDigest(of: body + [UInt8(ascii: "}")]) == hash
    else { throw .hashMismatch }
  }

  /// The line, without its newline.
  package var line: [UInt8] { body + Self.ending(hash) }

  private static func ending(_ hash: String) -> [UInt8] { Array(",\"hash\":\"\(hash)\"}".utf8) }

  /// Up to `hash`, without the closing brace.
  private var body: [UInt8] {
    var json = AuditJSON()
    json.add("sequence", sequence)
    json.add("time", AuditTime.text(time))
    json.add("runId", runId)
    json.add("host", host)
    json.add("actor", actor)
    json.add("user", user)
    json.add("accessKeyId", accessKeyId)
    json.add("action", action)
    json.add("phase", phase.rawValue)
    json.add("intent", intent)
    json.add("result", result?.rawValue)
    json.add("requestId", requestId)
    json.add("detail", detail)
    json.add("previousHash", previousHash)
    return json.bytes
  }
}
