/// Where the whole entries of a log end, found by reading backwards from its end.
struct AuditTail {
  /// The newest whole entry; nil if there is none.
  var head: AuditHead?
  /// Where that entry ends, its newline included.
  var end: Int
  /// The length of the file. What lies between `end` and `size` is a tear.
  var size: Int

  var isTorn: Bool { size > end }

  static func find(in storage: any AuditStorage) throws(AuditFailure) -> AuditTail {
    let size = try storage.size()
    var window = 8 << 10
    while true {
      let start = max(0, size - window)
      let bytes = try storage.read(at: start, count: size - start)
      if let tail = try find(in: bytes, from: start, of: storage.path) { return tail }
      guard start > 0, window < AuditTear.limit else {
        // The whole file is one tear, or it is no log.
        guard start == 0, AuditTear.couldBeginLog(bytes) else {
          throw damaged(storage.path, "its last \(bytes.count) bytes hold no entry")
        }
        return AuditTail(head: nil, end: 0, size: size)
      }
      window *= 8
    }
  }

  /// Looks at the whole lines in the last `bytes` of a file, the last one first.
  private static func find(
    in bytes: [UInt8], from start: Int, of path: String
  ) throws(AuditFailure) -> AuditTail? {
    var rest = bytes[...]
    while let newline = rest.lastIndex(of: UInt8(ascii: "\n")) {
      let before = rest[..<newline].lastIndex(of: UInt8(ascii: "\n"))
      // What stands before the first newline is a whole line only at the beginning of the file.
      guard before != nil || start == 0 else { return nil }
      let line = rest[(before.map { $0 + 1 } ?? 0)..<newline]
      do throws(AuditLineDefect) {
        let entry = try AuditEntry(line: line)
        return AuditTail(
          head: entry.head, end: start + newline + 1, size: start + bytes.count)
      } catch {
        guard AuditTear.isPiece(line) else {
          throw damaged(path, "its newest entry was changed after it was written")
        }
      }
      rest = rest[..<line.startIndex]
    }
    return nil
  }

  private static func damaged(_ path: String, _ problem: String) -> AuditFailure {
    AuditFailure(
      .damaged, path, "it can't be continued: \(problem)",
      advice: "See what happened with `rotate audit verify`, then move the file away (keep it as "
        + "evidence); the next run begins a new one. If it is no audit log, correct `audit.path`.")
  }
}
