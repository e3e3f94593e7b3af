/// What a crash or a full disk leaves where an entry should be.
///
/// It is never cut off: the next write ends it with `mark` and a newline, and the entry after
/// that, `SealTornLine`, states its length and hash. Thus a torn write can't become an entry
/// later, and each of these writes may itself be torn at any byte.
enum AuditTear {
  static let mark = Array("<torn>\n".utf8)

  /// A longer one is not a torn write: 4 MiB.
  static let limit = 4 << 20

  /// Whether a whole line (without its newline) is part of a tear: ended by `mark`, or with pages
  /// that the disk never got and the file system shows as zeros. No entry holds either.
  static func isPiece(_ line: some BidirectionalCollection<UInt8>) -> Bool {
    line.suffix(mark.count - 1).elementsEqual(mark.dropLast()) || line.contains(0)
  }

  /// Whether a file without any entry could be a log whose first write was torn, and not
  /// somebody's other file.
  static func couldBeginLog(_ bytes: [UInt8]) -> Bool {
    let start = bytes.prefix(12).prefix { $0 != mark[0] }
    return bytes.first == 0 || Array("{\"sequence\":".utf8).starts(with: start)
  }

  static func detail(_ bytes: some Collection<UInt8>, hash: String) -> String {
    "bytes=\(bytes.count) sha256=\(hash)"
  }
}
