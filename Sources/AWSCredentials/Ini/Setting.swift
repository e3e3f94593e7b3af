package import LibCrypto

/// One setting of a configuration file, and where it stands.
package struct Setting: Sendable {
  package enum Value: Sendable {
    case text(String)
    /// Of the settings that are secret by their name. Wiped with the last holder.
    case secret(SharedSecret)
    /// A section within the setting, as in `[services …]`.
    case nested([String: String])
    /// A secret that goes on in an indented line, or one that is such a line of another setting: a
    /// mistake, which nobody meant. Counted from 1.
    case continuedSecret(line: Int)
  }

  package var name: String
  package var value: Value
  package var file: String
  /// Counted from 1.
  package var line: Int

  package var text: String? {
    if case .text(let text) = value { text } else { nil }
  }

  package var nested: [String: String]? {
    if case .nested(let settings) = value { settings } else { nil }
  }

  /// `~/.aws/config:12: region`, for messages.
  package var place: String { "\(file):\(line): \(name)" }
}
