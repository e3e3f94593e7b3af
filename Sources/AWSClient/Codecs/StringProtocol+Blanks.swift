extension StringProtocol {
  /// Without blanks, tabs and line breaks at both ends.
  package var trimmingBlanks: String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    let rest = utf8.drop(while: isBlank)
    let tail = rest.reversed().prefix(while: isBlank).count
    return String(decoding: rest.dropLast(tail), as: UTF8.self)
  }
}
