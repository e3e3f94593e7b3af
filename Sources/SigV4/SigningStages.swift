internal import LibCrypto

/// The stages of one signature, one after the other in one piece of memory: they are needed as
/// values of their own only where somebody looks at them. The memory is wiped, since a session token
/// may stand in it.
struct SigningStages: Sendable {
  /// The canonical request, then the string to sign.
  nonisolated(unsafe) private let text: StageMemory
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
    text = try StageMemory.make(capacity: capacity) {
      (text: inout CanonicalText) throws(SigningError) in
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
    CanonicalRequest(bytes: copy(0..<canonicalRequestCount), signedHeaders: signedHeadersRange)
  }

  var stringToSign: StringToSign { StringToSign(bytes: copy(canonicalRequestCount..<text.count)) }

  private func copy(_ range: Range<Int>) -> [UInt8] { text.withBytes { Array($0[range]) } }

  /// The string to sign's code under the signing key.
  func signature(_ key: SigningKey) -> SHA256.Digest {
    text.withBytes { key.code(of: $0.span.extracting(canonicalRequestCount...)) }
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
      append(scopeRange, to: &header)
      header.append(", SignedHeaders=")
      append(signedHeadersRange, to: &header)
      header.append(", Signature=")
      header.append(hex: signature)
      return header.count
    }
  }

  private func append(_ range: Range<Int>, to header: inout CanonicalText) {
    text.withBytes { header.append(UnsafeBufferPointer(rebasing: $0[range])) }
  }
}
