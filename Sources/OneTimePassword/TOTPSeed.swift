package import LibCrypto

/// The secret that a virtual MFA device shares with AWS. A class, so that it exists once; it has
/// no description.
///
/// Codes are those of RFC 6238 as AWS and all authenticators use it: HMAC-SHA-1, six digits, steps
/// of 30 seconds counted from 1970.
package final class TOTPSeed: Sendable {
  /// A seed shorter than 80 bits is a piece of one: RFC 4226 wants 128, some services give 80.
  private static let shortest = 10
  /// In bytes of text; AWS's seeds have 64 digits.
  package static let longestText = 1024

  private let key: SecretBytes

  private init(_ key: consuming SecretBytes) {
    self.key = key
  }

  /// Why a text is no seed. It never repeats the text.
  package struct Fault: Error, Sendable, Equatable {
    package var reason: String
  }

  /// Reads base32. Blanks, lower case and missing padding are put up with.
  package static func read(_ text: borrowing SecretBytes) throws(Fault) -> TOTPSeed {
    guard text.count <= longestText else {
      throw Fault(reason: "it is longer than \(longestText) bytes")
    }
    do throws(Base32.Fault) {
      let key = try Base32.decode(text)
      guard key.count >= shortest else {
        throw Base32.Fault(reason: "it is too short: 16 base32 digits are the least")
      }
      return TOTPSeed(key)
    } catch {
      throw Fault(reason: error.reason)
    }
  }

  /// The six digits of one step. AWS takes each once, so whoever sends it remembers the step.
  package func code(at step: TOTPStep) -> String { code(counter: step.number) }

  /// RFC 4226, section 5.3: four of the 20 bytes, where the last of them says.
  package func code(counter: Int) -> String {
    let message = withUnsafeBytes(of: UInt64(max(0, counter)).bigEndian) { Array($0) }
    let digest = HMACSHA1.code(key: key, message: message)
    let number = digest.withUnsafeBytes { bytes in
      let offset = Int(bytes[19] & 15)
      return bytes[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    }
    let digits = String(number % 1_000_000)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}
