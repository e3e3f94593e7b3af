public import LibCrypto

/// Signs requests to one service in one region with AWS Signature Version 4.
///
/// It reads no clock, file or environment. Signing keys are derived once for each secret and day
/// and kept, few at a time; they are wiped with the signer. Safe to use from several threads.
///
/// ```swift
/// let signer = Signer(region: "us-east-1", service: "iam")
/// let signed = try signer.sign(
///   SignableRequest(method: "GET", url: "https://iam.amazonaws.com/?Action=ListUsers"),
///   accessKeyId: "AKIDEXAMPLE", secretAccessKey: secret, date: SigningDate(secondsSinceEpoch: now))
/// // send it to signed.url with signed.headers
/// ```
public final class Signer: Sendable {
  /// The region that the service signs for.
  public let region: String
  /// The service's signing name.
  public let service: String
  /// What the service expects of a signature.
  public let settings: SigningSettings

  private let keys = Locked(SigningKeyCache())

  /// A signer for a service's signing name in a region, both in lowercase as AWS names them.
  public init(region: String, service: String, settings: SigningSettings = .standard) {
    self.region = region
    self.service = service
    self.settings = settings
  }

  /// Signs a request.
  ///
  /// In headers: `Authorization` and `X-Amz-Date` are set, `X-Amz-Security-Token` with a session
  /// token, and `X-Amz-Content-SHA256` where the settings or an unsigned payload ask for it; what
  /// the request has under these names is replaced. In the query: what the URL has of an earlier
  /// signature is replaced, and no header but `Host` is added.
  ///
  /// An `X-Amz-Content-SHA256` that signing doesn't set is taken at its word, as the service will.
  /// A `Host` is added if there is none: an HTTP client would write its own, perhaps in capitals,
  /// and break the signature.
  ///
  /// - Parameters:
  ///   - request: The request as it will be sent otherwise.
  ///   - accessKeyId: The id of the access key.
  ///   - secretAccessKey: Its secret.
  ///   - sessionToken: The token, with temporary credentials.
  ///   - date: The time by AWS's clock.
  /// - Returns: The URL and the headers to send, and each stage for inspection.
  /// - Throws: What is wrong with the request or the expiry; nothing else can fail.
  public func sign(
    _ request: SignableRequest, accessKeyId: String, secretAccessKey: borrowing SecretBytes,
    sessionToken: borrowing SecretBytes? = nil, date: SigningDate
  ) throws(SigningError) -> SignedRequest {
    if HTTPText.endsLine(accessKeyId) || HTTPText.endsLine(region) || HTTPText.endsLine(service) {
      throw .invalidHeaderValue
    }
    let scope = CredentialScope(date: date, region: region, service: service)
    let token: String? =
      switch sessionToken {
      case .some(let token): token.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      case .none: nil
      }
    let unsignedToken = settings.sessionTokenMode == .exclude ? token : nil
    if let unsignedToken, HTTPText.endsLine(unsignedToken) { throw .invalidHeaderValue }
    let signedToken = unsignedToken == nil ? token : nil
    let key = keys.withLock { $0.key(secretAccessKey: secretAccessKey, scope: scope) }

    let target = try RequestTarget(request.url)
    var request = request
    request.headers = try ownHeaders(of: request, target)
    switch settings.signatureLocation {
    case .headers:
      request.headers.append((SignedHeaderName.date.rawValue, date.timestamp))
      if setsContentHash(of: request) {
        request.headers.append((SignedHeaderName.contentHash.rawValue, request.payload.hash))
      }
      if let signedToken {
        request.headers.append((SignedHeaderName.securityToken.rawValue, signedToken))
      }
      let (stages, signature) = try sign(request, target, with: key, date: date, scope: scope)
      if let unsignedToken {
        request.headers.append((SignedHeaderName.securityToken.rawValue, unsignedToken))
      }
      request.headers.append(
        (
          SignedHeaderName.authorization.rawValue,
          stages.authorization(accessKeyId: accessKeyId, signature: signature)
        ))
      return SignedRequest(
        url: request.url, headers: request.headers, scope: scope, stages: stages,
        signatureDigest: signature)
    case .queryParams(let expiresIn):
      if let expiresIn, !(1...Self.longestExpiry).contains(expiresIn) { throw .invalidExpiry }
      let names = try request.headers.withUnsafeBufferPointer { headers throws(SigningError) in
        try CanonicalHeaders.signedNames(
          of: headers, request.secretHeaders, excluding: settings.excludedHeaders)
      }
      request.url = PresignedQuery.unsigned(
        target, accessKeyId: accessKeyId, scope: scope, date: date,
        expiresIn: expiresIn, signedHeaders: names, sessionToken: signedToken)
      let (stages, signature) = try sign(
        request, try RequestTarget(request.url), with: key, date: date, scope: scope)
      return SignedRequest(
        url: PresignedQuery.signed(
          request.url, unsignedToken: unsignedToken, signature: signature),
        headers: request.headers, scope: scope, stages: stages, signatureDigest: signature)
    }
  }

  /// Seven days, in seconds.
  private static let longestExpiry = 604_800

  private func sign(
    _ request: SignableRequest, _ target: RequestTarget, with key: SigningKey, date: SigningDate,
    scope: CredentialScope
  ) throws(SigningError) -> (SigningStages, SHA256.Digest) {
    let stages = try request.headers.withUnsafeBufferPointer { headers throws(SigningError) in
      try SigningStages(
        request, headers: headers, target: target, settings: settings, date: date, scope: scope)
    }
    return (stages, stages.signature(key))
  }

  /// The request's headers without what an earlier signature set, and a `Host`.
  private func ownHeaders(
    of request: SignableRequest, _ target: RequestTarget
  ) throws(SigningError) -> [(name: String, value: String)] {
    let setsContentHash = setsContentHash(of: request)
    var headers: [(name: String, value: String)] = []
    headers.reserveCapacity(request.headers.count + 5)
    var hasHost = false
    for header in request.headers {
      switch SignedHeaderName(header.name) {
      case .authorization, .date, .securityToken: continue
      case .contentHash where setsContentHash: continue
      case .host: hasHost = true
      case .contentHash, nil: break
      }
      headers.append(header)
    }
    if !hasHost { headers.append((SignedHeaderName.host.rawValue, try target.host())) }
    return headers
  }

  /// An unsigned payload has to be said in a header; whoever sends a presigned URL sends none.
  private func setsContentHash(of request: SignableRequest) -> Bool {
    guard settings.signatureLocation == .headers else { return false }
    if case .unsigned = request.payload { return true }
    return settings.payloadChecksumKind == .xAmzSha256
  }
}
