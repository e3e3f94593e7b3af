internal import LibCrypto
internal import SecretCoding

/// What a reply other than a success says about itself.
package struct ServiceError: Sendable, Equatable {
  /// AWS's code without namespace: `Throttling`. Nil where something else than AWS answered, such
  /// as a proxy, or AWS said nothing.
  package var code: String?
  package var message: String?
  package var requestId: String?

  private static let messageLimit = 500
  /// AWS's longest codes and ids have half of it.
  private static let nameLimit = 128

  /// Reads XML and JSON errors; whatever can't be read leaves the fields nil.
  package init(_ response: HTTPResponse) {
    let first = response.body.withUnsafeBytes { $0.first { $0 > 32 } }
    if first == UInt8(ascii: "<") {
      readXML(response.body)
    } else if first == UInt8(ascii: "{") {
      readJSON(response.body)
    }
    // smithy's rule: the header before the body, where both are there.
    code = response.header("x-amzn-ErrorType").map(Self.bareCode) ?? code
    code = code.flatMap(Self.name)
    message = message.map { String($0.prefix(Self.messageLimit)) }
    requestId = Self.requestId(response) ?? requestId.flatMap(Self.name)
  }

  /// The id by which CloudTrail and AWS's support know a request.
  package static func requestId(_ response: HTTPResponse) -> String? {
    let id = response.header("x-amzn-RequestId") ?? response.header("x-amz-request-id")
    return id.flatMap(name)
  }

  /// A code or an id as AWS has them. What is longer, or holds anything else, isn't AWS's, and would
  /// reach the log, the terminal and the decision whether to try again.
  private static func name(_ text: String) -> String? {
    let isName = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isName && (1...nameLimit).contains(text.utf8.count) ? text : nil
  }

  /// `<ErrorResponse><Error><Code>`, and `<Response><Errors><Error><Code>` of older services.
  private mutating func readXML(_ body: SharedSecret) {
    guard let root = try? XMLReader.read(body) else { return }
    let error = root.child("Error") ?? root.child("Errors")?.child("Error")
    code = error?.optionalString("Code")
    message = error?.optionalString("Message")
    requestId = root.optionalString("RequestId") ?? root.optionalString("RequestID")
  }

  private mutating func readJSON(_ body: SharedSecret) {
    guard let fields = JSONValue.read(body.bytes) else { return }
    // A number in place of a text counts as absent.
    func text(_ names: String...) -> String? { names.lazy.compactMap { fields[$0]?.string }.first }
    code = text("__type", "code", "Code").map(Self.bareCode)
    message = text("message", "Message")
  }

  /// `com.amazonaws.ssm#ParameterNotFound:http://…` is `ParameterNotFound`.
  private static func bareCode(_ text: String) -> String {
    let name = text.split(separator: ":").first ?? ""
    return String(name.split(separator: "#").last ?? "").trimmingBlanks
  }
}
