internal import FoundationEssentials

/// A bulletin as an e-mail, ready for `sendmail -t -i`: headers (RFC 5322), the text in base64.
struct MailMessage {
  /// Nil: sendmail's own.
  var from: String?
  var to: [String]
  var subject: String
  var text: String
  var date: Date
  /// Unique; it becomes the `Message-ID` together with the host.
  var id: String
  var host: String

  var bytes: [UInt8] {
    var lines: [String] = []
    if let from { lines.append("From: \(Self.plain(from))") }
    lines.append("To: " + to.map(Self.plain).joined(separator: ",\n "))
    lines += [
      "Subject: " + Self.encodedWords(subject),
      "Date: " + Self.date(date),
      "Message-ID: <\(Self.plain(id))@\(Self.plain(host))>",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      // So that no answering machine answers (RFC 3834).
      "Auto-Submitted: auto-generated",
    ]
    let body = Data(text.utf8).base64EncodedString(
      options: [.lineLength76Characters, .endLineWithLineFeed])
    return Array((lines.joined(separator: "\n") + "\n\n" + body + "\n").utf8)
  }

  /// Printable ASCII alone: no line break can begin another header.
  private static func plain(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
  }

  /// RFC 2047: words of 75 characters at most, none of them cutting a character in two. What is
  /// short and plain stays as it is.
  static func encodedWords(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && text.utf8.count <= 60
    if isPlain, !text.contains("=?") { return text }
    var words: [String] = []
    var piece = ""
    for character in text {
      // 45 bytes make 60 characters of base64, and 12 more around them.
      if piece.utf8.count + character.utf8.count > 45 {
        words.append(piece)
        piece = ""
      }
      piece.append(character)
    }
    words.append(piece)
    return words.map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }
      .joined(separator: "\n ")
  }

  /// `Tue, 15 Nov 1994 08:12:31 +0000`.
  static func date(_ date: Date) -> String {
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]  // 1970 began on a Thursday
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let parts = date.formatted(.iso8601).split { "-T:Z".contains($0) }
    let day = Int((date.timeIntervalSince1970 / 86400).rounded(.down)) % 7
    guard parts.count == 6, let month = Int(parts[1]) else { return date.formatted(.iso8601) }
    return "\(days[(day + 7) % 7]), \(parts[2]) \(months[(month + 11) % 12]) \(parts[0]) "
      + "\(parts[3]):\(parts[4]):\(parts[5]) +0000"
  }
}
