internal import FoundationEssentials

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
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: URL(filePath: file)))
    } catch {
      let code = (error as? CocoaError)?.code
      let isMissing = code == .fileReadNoSuchFile
      if isMissing, asked == nil, fromEnvironment == nil { return Configuration() }
      let named = asked != nil ? "--config" : "ROTATE_CONFIG"
      let message =
        isMissing
        ? "there is no such file, which \(named) names"
        : "it can't be read\(code == .fileReadNoPermission ? ": no permission" : "")"
      throw ConfigurationFailure(
        file: file, problems: [ConfigurationProblem(.unreadable, nil, "", message)])
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
