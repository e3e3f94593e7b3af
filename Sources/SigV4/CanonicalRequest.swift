/// A request in the one form that client and service both compute.
///
/// Specification:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request>
public struct CanonicalRequest: Sendable, CustomStringConvertible, CustomReflectable {
  /// The exact bytes that are hashed. With temporary credentials the session token is among them:
  /// for what people see, take ``description``.
  public let bytes: [UInt8]

  private let signedHeadersRange: Range<Int>

  /// The canonical form of a request whose headers are complete: `X-Amz-Date` and the like are
  /// signed when they are there, and not added. A `Host` that is missing is taken from the URL.
  public init(_ request: SignableRequest, rules: SigningRules) throws(SigningError) {
    let declared = request.headers.first {
      HTTPText.equalNames($0.name, SignedHeaderName.contentHash)
    }
    try self.init(
      method: request.method, url: request.url, headers: request.headers,
      hashedPayload: declared?.value ?? request.payload.hash, rules: rules)
  }

  init(
    method: String, url: String, headers: [(name: String, value: String)],
    hashedPayload: String, rules: SigningRules
  ) throws(SigningError) {
    guard !method.isEmpty, method.utf8.allSatisfy(HTTPText.isTokenByte) else {
      throw .invalidMethod
    }
    let target = try RequestTarget(url)
    var headers = headers
    if !headers.contains(where: { HTTPText.equalNames($0.name, SignedHeaderName.host) }) {
      headers.append((SignedHeaderName.host, try target.host()))
    }
    let canonicalHeaders = try CanonicalHeaders(headers)

    var text: [UInt8] = []
    text.reserveCapacity(1024)
    for byte in method.utf8 { text.append(HTTPText.uppercased(byte)) }
    text.append(UInt8(ascii: "\n"))
    CanonicalURI.append(target.url[target.path], rules: rules, to: &text)
    text.append(UInt8(ascii: "\n"))
    CanonicalQueryString.append(target.url[target.query], to: &text)
    text.append(UInt8(ascii: "\n"))
    canonicalHeaders.append(headers, to: &text)
    text.append(UInt8(ascii: "\n"))
    let signedHeadersStart = text.count
    canonicalHeaders.appendSignedHeaders(to: &text)
    signedHeadersRange = signedHeadersStart..<text.count
    text.append(UInt8(ascii: "\n"))
    text.append(contentsOf: hashedPayload.utf8)
    bytes = text
  }

  /// The names of the headers that are signed, `content-type;host;x-amz-date`.
  public var signedHeaders: String { String(decoding: signedHeadersBytes, as: UTF8.self) }

  var signedHeadersBytes: ArraySlice<UInt8> { bytes[signedHeadersRange] }

  /// The text, fit to be shown: in place of a session token stands `…`.
  public var description: String {
    let secret = SignedHeaderName.securityToken.lowercased() + ":"
    return String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(secret) ? secret + "…" : String($0) }
      .joined(separator: "\n")
  }

  /// No more than the description, so that a dump doesn't show the session token.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
