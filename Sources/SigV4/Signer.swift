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
/// // send it with signed.headers
/// ```
public final class Signer: Sendable {
  /// The region that the service signs for.
  public let region: String
  /// The service's signing name.
  public let service: String
  /// What the service expects of a signature.
  public let rules: SigningRules

  private let keys = Locked(SigningKeyCache())

  /// A signer for a service's signing name in a region, both in lowercase as AWS names them.
  public init(region: String, service: String, rules: SigningRules = .standard) {
    self.region = region
    self.service = service
    self.rules = rules
  }

  /// Signs a request.
  ///
  /// `Authorization` and `X-Amz-Date` are set, `X-Amz-Security-Token` with a session token, and
  /// `X-Amz-Content-SHA256` where the rules or an unsigned payload ask for it; what the request
  /// has under these names is replaced. An `X-Amz-Content-SHA256` that signing doesn't set is
  /// taken at its word, as the service will. A `Host` is added if there is none: an HTTP client
  /// would write its own, perhaps in capitals, and break the signature.
  ///
  /// - Parameters:
  ///   - request: The request as it will be sent otherwise.
  ///   - accessKeyId: The id of the access key.
  ///   - secretAccessKey: Its secret.
  ///   - sessionToken: The token, with temporary credentials.
  ///   - date: The time by AWS's clock.
  /// - Returns: The headers to send, and each stage for inspection.
  /// - Throws: What is wrong with the request; nothing else can fail.
  public func sign(
    _ request: SignableRequest, accessKeyId: String, secretAccessKey: borrowing SecretBytes,
    sessionToken: borrowing SecretBytes? = nil, date: SigningDate
  ) throws(SigningError) -> SignedRequest {
    if HTTPText.endsLine(accessKeyId) || HTTPText.endsLine(region) || HTTPText.endsLine(service) {
      throw .invalidHeaderValue
    }
    let target = try RequestTarget(request.url)
    var headers = try completeHeaders(
      of: request, target: target, sessionToken: sessionToken, date: date)
    let scope = CredentialScope(date: date, region: region, service: service)
    let stages = try headers.withUnsafeBufferPointer { headers throws(SigningError) in
      try SigningStages(
        request, headers: headers, target: target, rules: rules, date: date, scope: scope)
    }
    let key = keys.withLock { $0.key(secretAccessKey: secretAccessKey, scope: scope) }
    let authorization = stages.authorization(
      accessKeyId: accessKeyId, signature: stages.signature(key))
    headers.append((SignedHeaderName.authorization.rawValue, authorization))
    return SignedRequest(
      headers: headers, scope: scope, stages: stages)
  }

  /// The request's headers and those that signing sets, all but `Authorization`.
  private func completeHeaders(
    of request: SignableRequest, target: RequestTarget, sessionToken: borrowing SecretBytes?,
    date: SigningDate
  ) throws(SigningError) -> [(name: String, value: String)] {
    let isUnsigned = if case .unsigned = request.payload { true } else { false }
    let addsContentHash = rules.addsContentHash || isUnsigned
    var headers: [(name: String, value: String)] = []
    headers.reserveCapacity(request.headers.count + 5)
    var hasHost = false
    for header in request.headers {
      switch SignedHeaderName(header.name) {
      case .authorization, .date, .securityToken: continue
      case .contentHash where addsContentHash: continue
      case .host: hasHost = true
      case .contentHash, nil: break
      }
      headers.append(header)
    }
    if !hasHost { headers.append((SignedHeaderName.host.rawValue, try target.host())) }
    headers.append((SignedHeaderName.date.rawValue, date.timestamp))
    if addsContentHash {
      headers.append((SignedHeaderName.contentHash.rawValue, request.payload.hash))
    }
    switch sessionToken {
    case .some(let token):
      let text = token.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      headers.append((SignedHeaderName.securityToken.rawValue, text))
    case .none: break
    }
    return headers
  }
}
