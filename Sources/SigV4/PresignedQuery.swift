internal import LibCrypto

/// The query parameters by which a presigned URL carries its signature.
///
/// Specification:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#add-signature-to-request>
enum PresignedQuery {
  private static let signature = "X-Amz-Signature"
  private static let securityToken = "X-Amz-Security-Token"
  /// What a URL that was signed before has, and what is replaced.
  private static let names = [
    "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders",
    securityToken, signature,
  ]

  /// The URL with all that is signed: its own query first, then what signing adds.
  static func unsigned(
    _ target: RequestTarget, accessKeyId: String, scope: CredentialScope, date: SigningDate,
    expiresIn: Int?, signedHeaders: String, sessionToken: String?
  ) -> String {
    var url = String(target.withoutQuery)
    url += "?"
    for parameter in target.queryText.split(separator: "&") where !isOfSigning(parameter) {
      url += parameter
      url += "&"
    }
    url += "X-Amz-Algorithm="
    url += String(describing: StringToSign.algorithm)
    append("X-Amz-Credential", "\(accessKeyId)/\(scope)", to: &url)
    append("X-Amz-Date", date.timestamp, to: &url)
    if let expiresIn { append("X-Amz-Expires", String(expiresIn), to: &url) }
    append("X-Amz-SignedHeaders", signedHeaders, to: &url)
    if let sessionToken { append(securityToken, sessionToken, to: &url) }
    return url
  }

  /// The URL to send: with the token, where that isn't signed, and the signature.
  static func signed(_ url: String, unsignedToken: String?, signature: SHA256.Digest) -> String {
    var url = url
    if let unsignedToken { append(securityToken, unsignedToken, to: &url) }
    append(Self.signature, Hex.encode(signature.span), to: &url)
    return url
  }

  private static func isOfSigning(_ parameter: Substring) -> Bool {
    let name = parameter.prefix { $0 != "=" }
    return names.contains { $0 == name }
  }

  private static func append(_ name: String, _ value: String, to url: inout String) {
    url += "&"
    url += name
    url += "="
    url += String(
      decoding: [UInt8](capacity: 3 * value.utf8.count) {
        CanonicalURI.appendEncoded(value.utf8.span, keepsSlashes: false, to: &$0)
      }, as: UTF8.self)
  }
}
