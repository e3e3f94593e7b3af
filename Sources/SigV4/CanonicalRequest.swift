/// A request in the one form that client and service both compute.
///
/// Specification:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request>
public struct CanonicalRequest: Sendable, CustomStringConvertible, CustomReflectable {
  /// The exact bytes that are hashed. With temporary credentials the session token is among them:
  /// for what people see, take ``description``.
  public let bytes: [UInt8]

  let signedHeadersRange: Range<Int>

  /// The canonical form of a request whose headers are complete: nothing is added to them.
  public init(_ request: SignableRequest, rules: SigningRules) throws(SigningError) {
    try self.init(request, target: RequestTarget(request.url), rules: rules)
  }

  init(
    _ request: SignableRequest, target: RequestTarget, rules: SigningRules
  ) throws(SigningError) {
    guard !request.method.isEmpty, request.method.utf8.allSatisfy(HTTPText.isTokenByte) else {
      throw .invalidMethod
    }
    let canonicalHeaders = try CanonicalHeaders(request.headers)
    var signedHeadersRange = 0..<0
    bytes = try [UInt8](canonical: Self.capacity(of: request)) {
      (text: inout CanonicalText) throws(SigningError) in
      for byte in request.method.utf8 { text.append(HTTPText.uppercased(byte)) }
      text.append("\n")
      let url = target.url.utf8Span.span
      CanonicalURI.append(url.extracting(target.path), rules: rules, to: &text)
      text.append("\n")
      CanonicalQueryString.append(url.extracting(target.query), to: &text)
      text.append("\n")
      try canonicalHeaders.append(request.headers, to: &text)
      text.append("\n")
      let signedHeadersStart = text.count
      canonicalHeaders.appendSignedHeaders(to: &text)
      signedHeadersRange = signedHeadersStart..<text.count
      text.append("\n")
      Self.appendHashedPayload(of: request, to: &text)
    }
    self.signedHeadersRange = signedHeadersRange
  }

  /// As many bytes as the canonical form can have: encoding triples a byte, a parameter without a
  /// value gets a `=`, and each header's name appears twice.
  private static func capacity(of request: SignableRequest) -> Int {
    var capacity = request.method.utf8.count + 3 * request.url.utf8.count + 8
    for index in request.headers.indices {
      let header = request.headers[index]
      capacity += 2 * (header.name.utf8.count + header.value.utf8.count) + 4
    }
    return capacity + Payload.hashCapacity
  }

  /// A hash that the request's headers declare is what the service will take.
  private static func appendHashedPayload(
    of request: SignableRequest, to text: inout CanonicalText
  ) {
    for index in request.headers.indices
    where SignedHeaderName(request.headers[index].name) == .contentHash {
      return text.append(request.headers[index].value)
    }
    request.payload.appendHash(to: &text)
  }

  /// The names of the headers that are signed, `content-type;host;x-amz-date`.
  public var signedHeaders: String { String(decoding: bytes[signedHeadersRange], as: UTF8.self) }

  /// The text, fit to be shown: in place of a session token stands `…`.
  public var description: String {
    let secret = SignedHeaderName.securityToken.rawValue.lowercased() + ":"
    return String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(secret) ? secret + "…" : String($0) }
      .joined(separator: "\n")
  }

  /// No more than the description, so that a dump doesn't show the session token.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
