package import FoundationEssentials

/// JSON for people and programs alike: what can't be seen, or turns the direction of writing, stands
/// there escaped. To a program it is the same text; on a terminal, in an editor or in a log it can't
/// make another one of it.
package enum JSONText {
  /// - Parameter json: as an encoder made it: outside of its texts there is nothing but ASCII.
  package static func escaped(_ json: Data) -> String {
    let text = String(decoding: json, as: UTF8.self)
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard PrintableText.isUnprintable(scalar), scalar != "\n" else {
        scalars.append(scalar)
        continue
      }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        let padding = String(repeating: "0", count: 4 - digits.count)
        scalars.append(contentsOf: "\\u\(padding)\(digits)".unicodeScalars)
      }
    }
    return String(scalars)
  }
}
