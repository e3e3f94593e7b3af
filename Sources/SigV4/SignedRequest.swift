/// The outcome of signing, with each stage that led to it.
public struct SignedRequest: Sendable, CustomStringConvertible, CustomReflectable {
  /// All headers to send: the request's own, those that signing set, and `Authorization` last.
  ///
  /// With temporary credentials the session token is among them.
  public let headers: [(name: String, value: String)]
  /// What the signature is good for.
  public let scope: CredentialScope
  /// The stages, in the memory in which they were written.
  let stages: SigningStages

  /// The `Authorization` header's value.
  public var authorization: String { headers[headers.count - 1].value }

  /// The first stage.
  public var canonicalRequest: CanonicalRequest { stages.canonicalRequest }

  /// The second stage.
  public var stringToSign: StringToSign { stages.stringToSign }

  /// The signature, 64 lowercase hexadecimal digits.
  public var signature: String { String(authorization.suffix(64)) }

  /// The scope and the signed headers; no value of a header.
  public var description: String { "signed for \(scope): \(canonicalRequest.signedHeaders)" }

  /// No more than the description, so that a dump doesn't show the session token.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
