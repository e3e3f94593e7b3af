internal import LibCrypto

/// The outcome of signing, with each stage that led to it.
public struct SignedRequest: Sendable, CustomStringConvertible, CustomReflectable {
  /// The URL to send to: the request's own, or the presigned one.
  ///
  /// Whoever has a presigned URL can use it until it expires, so it is a secret until then.
  public let url: String
  /// All headers to send: the request's own, those that signing set, and `Authorization` last,
  /// unless the URL carries the signature.
  ///
  /// With temporary credentials the session token is among them.
  public let headers: [(name: String, value: String)]
  /// What the signature is good for.
  public let scope: CredentialScope
  /// The stages, in the memory in which they were written.
  let stages: SigningStages
  let signatureDigest: SHA256.Digest

  /// The `Authorization` header's value; nil where the URL carries the signature.
  public var authorization: String? {
    guard let last = headers.last, last.name == SignedHeaderName.authorization.rawValue else {
      return nil
    }
    return last.value
  }

  /// The first stage.
  public var canonicalRequest: CanonicalRequest { stages.canonicalRequest }

  /// The second stage.
  public var stringToSign: StringToSign { stages.stringToSign }

  /// The signature, 64 lowercase hexadecimal digits.
  public var signature: String { Hex.encode(signatureDigest.span) }

  /// The scope and the signed headers; no value of a header.
  public var description: String { "signed for \(scope): \(canonicalRequest.signedHeaders)" }

  /// No more than the description, so that a dump doesn't show the session token.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
