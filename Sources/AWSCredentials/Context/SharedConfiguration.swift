internal import Host
internal import LibCrypto

/// The shared config file and the shared credentials file, read once.
///
/// Both are read whole before any source is asked, as botocore does it: a damaged file stops the
/// program even where it would not have been needed.
package struct SharedConfiguration: Sendable {
  /// A file's name as messages show it, and whether it was there.
  package struct File: Sendable, Equatable {
    package var path: String
    package var exists: Bool
  }

  package var configFile: File
  package var credentialsFile: File
  /// `[default]` and `[profile NAME]` of the config file.
  package var configProfiles: [String: [String: Setting]] = [:]
  /// Every section of the credentials file.
  package var credentialsProfiles: [String: [String: Setting]] = [:]
  /// Both, by name; where both have a setting, the credentials file's counts.
  package var profiles: [String: [String: Setting]] = [:]
  package var ssoSessions: [String: [String: Setting]] = [:]
  package var services: [String: [String: Setting]] = [:]

  /// For messages.
  var profileNames: String {
    profiles.isEmpty ? "none" : profiles.keys.sorted().prefix(20).joined(separator: ", ")
  }

  package static func load(_ context: ProviderContext) throws(CredentialFailure) -> Self {
    let configPath = context.variable("AWS_CONFIG_FILE") ?? "~/.aws/config"
    let credentialsPath = context.variable("AWS_SHARED_CREDENTIALS_FILE") ?? "~/.aws/credentials"
    let config = try sections(of: configPath, source: "config file", context)
    let credentials = try sections(of: credentialsPath, source: "credentials file", context)
    var result = SharedConfiguration(
      configFile: File(path: configPath, exists: config != nil),
      credentialsFile: File(path: credentialsPath, exists: credentials != nil))
    result.take(config: config ?? [])
    for section in credentials ?? [] {
      result.credentialsProfiles[section.name] = section.settings
    }
    result.profiles = result.configProfiles
    for (name, settings) in result.credentialsProfiles {
      result.profiles[name, default: [:]].merge(settings) { _, own in own }
    }
    return result
  }

  /// The sections of a file of this form; nil when there is no such file.
  static func sections(
    of path: String, source: String, _ context: ProviderContext
  ) throws(CredentialFailure) -> [IniSection]? {
    let bytes: SecretBytes
    do throws(FileFailure) {
      bytes = try context.files.read(context.expanding(path), limit: sizeLimit)
    } catch {
      if error == .missing { return nil }
      throw CredentialFailure(
        .fileUnreadable, source: source, "\(path): \(error.reason)",
        remedy: "Give the user that runs this program read access, or name another file by"
          + " AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE.")
    }
    do throws(IniFailure) {
      return try IniParser.parse(bytes, file: path)
    } catch {
      throw CredentialFailure(
        .fileMalformed, source: source, "\(path):\(error.line): \(error.message)",
        remedy: "Mend that line; nothing of the file is used until it can be read whole.")
    }
  }

  /// In bytes. The largest files known have hundreds of generated profiles, about 100 KB.
  static let sizeLimit = 1 << 20

  private mutating func take(config: [IniSection]) {
    for section in config {
      if section.name == "default" {
        configProfiles["default"] = section.settings
      } else if section.name.hasPrefix("profile") {
        if let name = Self.secondWord(section.name) { configProfiles[name] = section.settings }
      } else if section.name.hasPrefix("sso-session") {
        if let name = Self.secondWord(section.name) { ssoSessions[name] = section.settings }
      } else if section.name.hasPrefix("services") {
        if let name = Self.secondWord(section.name) { services[name] = section.settings }
      }
    }
  }

  /// The name in `profile NAME`; nil unless there are two words. Quotes count as in a shell.
  private static func secondWord(_ header: String) -> String? {
    guard let words = try? ShellWords.split(header), words.count == 2 else { return nil }
    return words[1]
  }
}
