/// Where services differ in what they expect of a signature.
public struct SigningRules: Sendable, Equatable {
  /// Whether `.`, `..` and empty segments are resolved in the canonical path.
  public var normalizesPath: Bool
  /// Whether the path, which is already percent-encoded in the URL, is encoded once more.
  public var doubleEncodesPath: Bool
  /// Whether `X-Amz-Content-SHA256` is added.
  public var addsContentHash: Bool

  /// Rules of one's own. ``standard`` and ``s3`` are what AWS's services expect.
  public init(normalizesPath: Bool, doubleEncodesPath: Bool, addsContentHash: Bool) {
    self.normalizesPath = normalizesPath
    self.doubleEncodesPath = doubleEncodesPath
    self.addsContentHash = addsContentHash
  }

  /// What every service but S3 expects.
  public static let standard = SigningRules(
    normalizesPath: true, doubleEncodesPath: true, addsContentHash: false)

  /// What S3 expects: a key may hold `//` or `..`, so the path is signed as it stands.
  public static let s3 = SigningRules(
    normalizesPath: false, doubleEncodesPath: false, addsContentHash: true)
}
