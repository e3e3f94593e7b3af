/// The parsers of what others wrote. The name is that of the folder of its corpus.
enum FuzzTarget: String, CaseIterable, Sendable {
  case xmlReply = "xml-reply"
  case jsonReply = "json-reply"
  case ini
  case configuration
  case record
  case history
  case auditLog = "audit-log"
  case auditChain = "audit-chain"
  case process
  case container
  case instanceMetadata = "instance-metadata"
  case signIn = "sign-in"
  case time
  case credentialDocument = "credential-document"
  case keyFile = "key-file"

  /// Gives the input to the parser. Whatever the input is, it must not crash, must not hang, and
  /// must keep the target's promises.
  func run(_ input: [UInt8]) throws(BrokenPromise) {
    switch self {
    case .xmlReply: try Replies.readXML(input)
    case .jsonReply: try Replies.readJSON(input)
    case .ini: try CredentialSources.readFiles(input)
    case .configuration: try ConfigurationFile.read(input)
    case .record: try Records.read(input)
    case .history: try Records.replay(input)
    case .auditLog: try AuditLogs.read(input)
    case .auditChain: try AuditLogs.readChained(input)
    case .process: try CredentialSources.readProcess(input)
    case .container: try CredentialSources.readContainer(input)
    case .instanceMetadata: try CredentialSources.readInstanceMetadata(input)
    case .signIn: try CredentialSources.readSignIn(input)
    case .time: try Times.read(input)
    case .credentialDocument: try CredentialDocuments.read(input)
    case .keyFile: try CredentialDocuments.replaceInFile(input)
    }
  }
}

/// Something that must hold whatever the input is, and didn't.
struct BrokenPromise: Error {
  var message: String

  static func unless(_ holds: Bool, _ message: @autoclosure () -> String) throws(BrokenPromise) {
    if !holds { throw BrokenPromise(message: message()) }
  }

  /// No message may repeat the secret that a target has put into its input.
  static func ifSecret(in message: String) throws(BrokenPromise) {
    try unless(!message.contains(Secret.text), "a message repeats the secret")
  }
}

/// What a target plants where a secret stands, and looks for in every message.
enum Secret {
  static let text = "PlantedPlantedPlantedPlantedPlanted/+123"
}

extension [UInt8] {
  /// The parts between lines of `%%`: inputs that are more than one document.
  func parts(_ count: Int) -> [Self] {
    let separator = [UInt8]("\n%%\n".utf8)
    var parts: [Self] = []
    var rest = self[...]
    while parts.count < count - 1, let range = rest.firstRange(of: separator) {
      parts.append(Array(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    parts.append(Array(rest))
    return parts + [Self](repeating: [], count: count - parts.count)
  }

  /// With `text` behind the first `marker`; unchanged where there is none.
  func planting(_ text: String, after marker: String) -> [UInt8] {
    guard let range = firstRange(of: [UInt8](marker.utf8)) else { return self }
    return Self(self[..<range.upperBound]) + text.utf8 + self[range.upperBound...]
  }
}
