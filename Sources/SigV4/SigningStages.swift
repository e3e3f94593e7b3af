internal import LibCrypto

/// The stages of one signature, one after the other in one piece of memory: they are needed as
/// values of their own only where somebody looks at them.
struct SigningStages: Sendable {
  /// The canonical request, then the string to sign.
  private let text: [UInt8]
  private let canonicalRequestCount: Int
  private let signedHeadersRange: Range<Int>
  private let scopeRange: Range<Int>

  init(
    _ request: SignableRequest, headers: CanonicalHeaders.Headers, target: RequestTarget,
    settings: SigningSettings, date: SigningDate, scope: CredentialScope
  ) throws(SigningError) {
    let capacity =
      CanonicalRequest.capacity(of: request, headers: headers) + StringToSign.capacity(of: scope)
    var (signedHeaders, scopeRange) = (0..<0, 0..<0)
    var canonicalRequestCount = 0
    text = try [UInt8](capacity: capacity) { (text: inout CanonicalText) throws(SigningError) in
      signedHeaders = try CanonicalRequest.append(
        request, headers: headers, target: target, settings: settings, to: &text)
      canonicalRequestCount = text.count
      scopeRange = StringToSign.append(
        date: date, scope: scope, canonicalRequestHash: SHA256.digest(of: text.bytes.span),
        to: &text)
    }
    self.canonicalRequestCount = canonicalRequestCount
    signedHeadersRange = signedHeaders
    self.scopeRange = scopeRange
  }

  var canonicalRequest: CanonicalRequest {
    CanonicalRequest(bytes: text[..<canonicalRequestCount], signedHeaders: signedHeadersRange)
  }

  var stringToSign: StringToSign { StringToSign(bytes: text[canonicalRequestCount...]) }

  /// The string to sign's code under the signing key.
  func signature(_ key: SigningKey) -> SHA256.Digest {
    key.code(of: text.span.extracting(canonicalRequestCount...))
  }

  /// The `Authorization` header's value.
  func authorization(accessKeyId: String, signature: SHA256.Digest) -> String {
    let capacity = accessKeyId.utf8.count + scopeRange.count + signedHeadersRange.count + 128
    return String(unsafeUninitializedCapacity: capacity) { memory in
      var header = CanonicalText(in: memory)
      header.append(StringToSign.algorithm)
      header.append(" Credential=")
      header.append(contentsOf: accessKeyId)
      header.append("/")
      header.append(text.span.extracting(scopeRange))
      header.append(", SignedHeaders=")
      header.append(text.span.extracting(signedHeadersRange))
      header.append(", Signature=")
      header.append(hex: signature)
      return header.count
    }
  }
}
