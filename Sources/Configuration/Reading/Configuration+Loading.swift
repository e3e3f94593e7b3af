internal import Host

extension Configuration {
  package static let defaultFile = "/etc/rotate/config.json"
  /// In bytes. A configuration of a thousand users is a tenth of that.
  static let largestFile = 1 << 20

  /// Finds and reads the file: the one that was asked for (`--config`, else `ROTATE_CONFIG`) must
  /// exist; the default one may be missing.
  package static func load(
    asked: String?, environment: [String: String]
  ) throws(ConfigurationFailure) -> Configuration {
    let fromEnvironment = environment["ROTATE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    let file = asked ?? fromEnvironment ?? defaultFile
    func problem(_ code: ConfigurationProblem.Code, _ message: String) -> ConfigurationFailure {
      ConfigurationFailure(file: file, problems: [ConfigurationProblem(code, nil, "", message)])
    }
    // Before it is read: what stands there must not be swapped in between.
    if let weakness = TrustPolicy().weakness(of: file) {
      throw problem(
        .untrusted,
        "\(weakness.path) \(weakness.reason), and with it whose keys are rotated and where they "
          + "are published; \(weakness.remedy)")
    }
    let bytes: [UInt8]
    do throws(FileFailure) { bytes = try SystemFiles().readOpen(file, limit: largestFile) } catch {
      switch error {
      case .missing where asked == nil && fromEnvironment == nil: return Configuration()
      case .missing:
        let named = asked != nil ? "--config" : "ROTATE_CONFIG"
        throw problem(.unreadable, "there is no such file, which \(named) names")
      case .tooLarge: throw problem(.unreadable, "it is larger than 1 MiB")
      case .unreadable(let reason): throw problem(.unreadable, "it can't be read: \(reason)")
      }
    }
    return try parse(bytes, file: file)
  }

  /// Reads the text of a file. All that is wrong with it comes out at once.
  package static func parse(
    _ bytes: [UInt8], file: String
  ) throws(ConfigurationFailure) -> Configuration {
    let document: JSONNode
    var reader = ConfigurationReader()
    do throws(ConfigurationProblem) {
      guard bytes.count <= largestFile else {
        throw ConfigurationProblem(.unreadable, nil, "", "it is larger than 1 MiB")
      }
      (document, reader.problems) = try JSONReader.read(bytes)
    } catch {
      throw ConfigurationFailure(file: file, problems: [error])
    }
    var configuration = reader.configuration(document)
    guard reader.problems.isEmpty else {
      throw ConfigurationFailure(file: file, problems: reader.problems)
    }
    configuration.file = file
    return configuration
  }
}
