internal import LibCrypto

/// A request in the one form that client and service both compute.
///
/// Specification:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request>
public struct CanonicalRequest: Sendable, CustomStringConvertible, CustomReflectable {
  /// The exact bytes that are hashed. With temporary credentials the session token is among them:
  /// for what people see, take ``description``.
  public let bytes: [UInt8]

  private let signedHeadersRange: Range<Int>

  /// The canonical form of a request whose headers are complete: nothing is added to them.
  public init(_ request: SignableRequest, settings: SigningSettings) throws(SigningError) {
    let target = try RequestTarget(request.url)
    var signedHeaders = 0..<0
    bytes = try request.headers.withUnsafeBufferPointer { headers throws(SigningError) in
      try [UInt8](capacity: Self.capacity(of: request, headers: headers)) {
        (text: inout CanonicalText) throws(SigningError) in
        signedHeaders = try Self.append(
          request, headers: headers, target: target, settings: settings, to: &text)
      }
    }
    signedHeadersRange = signedHeaders
  }

  /// The first stage of a signature that is made.
  init(bytes: [UInt8], signedHeaders: Range<Int>) {
    self.bytes = bytes
    signedHeadersRange = signedHeaders
  }

  /// Appends the canonical form of a request with these headers instead of its own.
  ///
  /// - Returns: Where in the text the signed headers stand.
  static func append(
    _ request: SignableRequest, headers: CanonicalHeaders.Headers, target: RequestTarget,
    settings: SigningSettings, to text: inout CanonicalText
  ) throws(SigningError) -> Range<Int> {
    try appendMethod(of: request, to: &text)
    text.append("\n")
    let url = request.url.utf8.span
    CanonicalURI.append(url.extracting(target.path), settings: settings, to: &text)
    text.append("\n")
    CanonicalQueryString.append(url.extracting(target.query), to: &text)
    text.append("\n")
    let signedHeaders = try CanonicalHeaders.append(
      headers, request.secretHeaders, excluding: settings.excludedHeaders, to: &text)
    text.append("\n")
    appendHashedPayload(of: request, headers: headers, to: &text)
    return signedHeaders
  }

  /// As many bytes as the canonical form can have: encoding triples a byte, a parameter without a
  /// value gets a `=`, each header's name appears twice, and one's value in place of the hash.
  static func capacity(of request: SignableRequest, headers: CanonicalHeaders.Headers) -> Int {
    var capacity = request.method.utf8.count + 3 * request.url.utf8.count + 8
    for index in headers.indices {
      capacity += 2 * (headers[index].name.utf8.count + headers[index].value.utf8.count) + 4
    }
    for header in request.secretHeaders {
      capacity += 2 * header.name.utf8.count + header.value.count + 4
    }
    return capacity + request.payload.hashCapacity
  }

  private static func appendMethod(
    of request: SignableRequest, to text: inout CanonicalText
  ) throws(SigningError) {
    guard !request.method.isEmpty else { throw .invalidMethod }
    for byte in request.method.utf8 {
      if HTTPText.lowercasedToken(byte) == nil { throw .invalidMethod }
      text.append(HTTPText.uppercased(byte))
    }
  }

  /// A hash that the request's headers declare is what the service will take.
  private static func appendHashedPayload(
    of request: SignableRequest, headers: CanonicalHeaders.Headers,
    to text: inout CanonicalText
  ) {
    for index in headers.indices where SignedHeaderName(headers[index].name) == .contentHash {
      return text.append(contentsOf: headers[index].value)
    }
    request.payload.appendHash(to: &text)
  }

  /// The names of the headers that are signed, `content-type;host;x-amz-date`.
  public var signedHeaders: String { String(decoding: bytes[signedHeadersRange], as: UTF8.self) }

  /// The text, fit to be shown: in place of a session token stands `…`.
  public var description: String {
    let header = SignedHeaderName.securityToken.rawValue.lowercased() + ":"
    let parameter = SignedHeaderName.securityToken.rawValue + "="
    return String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        if line.hasPrefix(header) { return header + "…" }
        return line.split(separator: "&", omittingEmptySubsequences: false)
          .map { $0.hasPrefix(parameter) ? parameter + "…" : String($0) }
          .joined(separator: "&")
      }
      .joined(separator: "\n")
  }

  /// No more than the description, so that a dump doesn't show the session token.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
