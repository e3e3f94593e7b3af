public import LibCrypto
internal import Synchronization

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

  private let keys = Mutex(SigningKeyCache())

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
  /// taken at its word, as the service will.
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
    var request = request
    setHeaders(of: &request, sessionToken: sessionToken, date: date)
    let canonicalRequest = try CanonicalRequest(request, rules: rules)
    let scope = CredentialScope(date: date, region: region, service: service)
    let stringToSign = StringToSign(date: date, scope: scope, canonicalRequest: canonicalRequest)
    let key = keys.withLock { $0.key(secretAccessKey: secretAccessKey, scope: scope) }

    var text: [UInt8] = []
    text.reserveCapacity(384)
    text.append(contentsOf: "\(StringToSign.algorithm) Credential=".utf8)
    text.append(contentsOf: accessKeyId.utf8)
    text.append(UInt8(ascii: "/"))
    scope.append(to: &text)
    text.append(contentsOf: ", SignedHeaders=".utf8)
    text.append(contentsOf: canonicalRequest.signedHeadersBytes)
    text.append(contentsOf: ", Signature=".utf8)
    guard !text.contains(where: HTTPText.endsLine) else { throw .invalidHeaderValue }
    key.appendSignature(of: stringToSign, to: &text)
    let authorization = String(decoding: text, as: UTF8.self)
    request.headers.append((SignedHeaderName.authorization, authorization))
    return SignedRequest(
      headers: request.headers, canonicalRequest: canonicalRequest, scope: scope,
      stringToSign: stringToSign, authorization: authorization)
  }

  /// Replaces the headers that signing sets, all but `Authorization`, which is only removed.
  private func setHeaders(
    of request: inout SignableRequest, sessionToken: borrowing SecretBytes?, date: SigningDate
  ) {
    var set = [(name: SignedHeaderName.date, value: date.timestamp)]
    var isUnsigned: Bool { if case .unsigned = request.payload { true } else { false } }
    if rules.addsContentHash || isUnsigned {
      set.append((SignedHeaderName.contentHash, request.payload.hash))
    }
    switch sessionToken {
    case .some(let token):
      let text = token.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      set.append((SignedHeaderName.securityToken, text))
    case .none: break
    }
    request.headers.removeAll { header in
      HTTPText.equalNames(header.name, SignedHeaderName.authorization)
        || HTTPText.equalNames(header.name, SignedHeaderName.securityToken)
        || set.contains { HTTPText.equalNames(header.name, $0.name) }
    }
    request.headers += set
  }
}
