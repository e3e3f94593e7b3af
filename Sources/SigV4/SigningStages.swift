internal import LibCrypto

/// The stages of one signature, one after the other in one piece of memory: they are needed as
/// values of their own only where somebody looks at them. The memory is wiped, since a session token
/// may stand in it.
struct SigningStages: Sendable {
  /// The canonical request, then the string to sign.
  private let text: SharedSecret
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
    text = try SharedSecret(capacity: capacity) {
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

  private func copy(_ range: Range<Int>) -> [UInt8] { text.withUnsafeBytes { Array($0[range]) } }

  /// The string to sign's code under the signing key.
  func signature(_ key: SigningKey) -> SHA256.Digest {
    text.withUnsafeBytes {
      key.code(of: $0.bindMemory(to: UInt8.self).span.extracting(canonicalRequestCount...))
    }
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
    text.withUnsafeBytes {
      header.append(UnsafeBufferPointer(rebasing: $0.bindMemory(to: UInt8.self)[range]))
    }
  }
}

extension SharedSecret {
  /// Bytes that `write` appends, at most so many.
  fileprivate convenience init(
    capacity: Int, writing write: (inout CanonicalText) throws(SigningError) -> Void
  ) throws(SigningError) {
    self.init(
      try SecretBytes(capacity: capacity) { memory throws(SigningError) in
        var text = CanonicalText(in: memory.bindMemory(to: UInt8.self))
        try write(&text)
        return text.count
      })
  }
}
