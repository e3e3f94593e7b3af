/// What a service expects of a signature, each setting on its own, named as the AWS SDK for Rust's
/// `aws-sigv4` names it.
///
/// ``standard`` is what every service but S3 expects, ``s3`` what S3 does; either becomes a
/// presigned URL with ``presigned(expiresIn:)``.
///
/// Specification:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
public struct SigningSettings: Sendable, Equatable {
  /// How often the path is percent-encoded in the canonical request, the URL's own encoding
  /// included.
  public enum PercentEncodingMode: Sendable, Equatable {
    /// Once: the path is signed as it stands in the URL.
    case single
    /// Twice: what the URL encodes is encoded once more.
    case double
  }

  /// Whether `.`, `..` and empty segments are resolved in the canonical path.
  public enum URIPathNormalizationMode: Sendable, Equatable {
    /// They are resolved (RFC 3986, section 5.2.4).
    case enabled
    /// They are signed as they stand.
    case disabled
  }

  /// Whether the payload's hash is sent as a header.
  public enum PayloadChecksumKind: Sendable, Equatable {
    /// It only stands in the canonical request.
    case noHeader
    /// It is sent, and signed, as `X-Amz-Content-SHA256`, but not with a presigned URL.
    case xAmzSha256
  }

  /// Whether the session token is part of what is signed. It is sent either way.
  public enum SessionTokenMode: Sendable, Equatable {
    /// Signed, as nearly every service expects.
    case include
    /// Added once the request is signed.
    case exclude
  }

  /// Where the signature is sent.
  public enum SignatureLocation: Sendable, Equatable {
    /// In the `Authorization` header.
    case headers
    /// In the URL's query, which makes it a presigned URL. It is good for so many seconds, from 1
    /// to 604,800 (seven days); nil leaves `X-Amz-Expires` out, which some services insist on.
    case queryParams(expiresIn: Int?)
  }

  /// How often the path is percent-encoded.
  public var percentEncodingMode: PercentEncodingMode
  /// Whether the path is normalized.
  public var uriPathNormalizationMode: URIPathNormalizationMode
  /// Whether the payload's hash is sent as a header.
  public var payloadChecksumKind: PayloadChecksumKind
  /// Whether the session token is signed.
  public var sessionTokenMode: SessionTokenMode
  /// Where the signature is sent.
  public var signatureLocation: SignatureLocation
  /// The names of headers that are sent unsigned, in whatever case, beside those that proxies
  /// change (`User-Agent`, `Connection`…), which never are.
  public var excludedHeaders: [String]

  /// Settings of one's own; each default is ``standard``'s.
  public init(
    percentEncodingMode: PercentEncodingMode = .double,
    uriPathNormalizationMode: URIPathNormalizationMode = .enabled,
    payloadChecksumKind: PayloadChecksumKind = .noHeader,
    sessionTokenMode: SessionTokenMode = .include,
    signatureLocation: SignatureLocation = .headers, excludedHeaders: [String] = []
  ) {
    self.percentEncodingMode = percentEncodingMode
    self.uriPathNormalizationMode = uriPathNormalizationMode
    self.payloadChecksumKind = payloadChecksumKind
    self.sessionTokenMode = sessionTokenMode
    self.signatureLocation = signatureLocation
    self.excludedHeaders = excludedHeaders
  }

  /// What every service but S3 expects.
  public static let standard = SigningSettings()

  /// What S3 expects: a key may hold `//` or `..`, so the path is signed as it stands.
  public static let s3 = SigningSettings(
    percentEncodingMode: .single, uriPathNormalizationMode: .disabled,
    payloadChecksumKind: .xAmzSha256)

  /// The same for a presigned URL, whose receiver needs to send no header but `Host`.
  ///
  /// S3 takes presigned URLs with ``Payload/unsigned`` only, since nobody knows the body yet.
  ///
  /// - Parameter expiresIn: Seconds, from 1 to 604,800 (seven days), from the signature's date on.
  public func presigned(expiresIn: Int?) -> SigningSettings {
    var settings = self
    settings.signatureLocation = .queryParams(expiresIn: expiresIn)
    return settings
  }
}
