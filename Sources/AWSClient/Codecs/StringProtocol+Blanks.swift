/// A blank, a tab or a line break.
private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

extension StringProtocol {
  /// Without blanks, tabs and line breaks at both ends.
  package var trimmingBlanks: String {
    let rest = utf8.drop(while: isBlank)
    let tail = rest.reversed().prefix(while: isBlank).count
    return String(decoding: rest.dropLast(tail), as: UTF8.self)
  }
}

extension UnsafeRawBufferPointer {
  /// Without blanks, tabs and line breaks at both ends.
  package var trimmingBlanks: UnsafeRawBufferPointer {
    let rest = drop(while: isBlank)
    let tail = rest.reversed().prefix(while: isBlank).count
    return UnsafeRawBufferPointer(rebasing: rest.dropLast(tail))
  }
}
