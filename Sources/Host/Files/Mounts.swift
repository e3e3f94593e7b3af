internal import Glibc

/// What the kernel says about this process's view of the files.
enum Mounts {
  /// Whom the kernel names in place of an owner whom a user namespace doesn't know.
  static let nobody: uid_t = 65_534

  /// Whether a file system, or a part of one, is mounted right there, and nobody can write to it.
  static func isReadOnlyMount(_ path: String) -> Bool {
    let lines = text("/proc/self/mountinfo").split(separator: "\n")
    // 36 35 98:0 /root /mount/point rw,noatime …; the last mount of a place is the one seen.
    let found = lines.last { line in
      let fields = line.split(separator: " ", maxSplits: 6)
      return fields.count > 5 && unescaped(fields[4]) == path
    }
    let options = found?.split(separator: " ", maxSplits: 6)[5].split(separator: ",") ?? []
    return options.contains("ro")
  }

  /// Whether some owners aren't known here.
  static var isInUserNamespace: Bool {
    text("/proc/self/uid_map").split(separator: " ").map { $0.filter(\.isNumber) }
      != ["0", "0", "4294967295"]
  }

  /// The kernel writes a blank as `\040`.
  private static func unescaped(_ field: Substring) -> String {
    guard field.contains("\\") else { return String(field) }
    var bytes: [UInt8] = []
    var rest = Substring(field).utf8
    while let byte = rest.popFirst() {
      let digits = String(Substring(rest.prefix(3)))
      if byte == UInt8(ascii: "\\"), let value = UInt8(digits, radix: 8) {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func text(_ path: String) -> String {
    let bytes = try? SystemFiles().readOpen(path, limit: 1 << 20)
    return String(decoding: bytes ?? [], as: UTF8.self)
  }
}
