internal import AWSClient
internal import AWSPrimitives

/// What `kmsKeyId` may be, by KMS's own rules (KeyId in its API reference): a key's id, an alias, or
/// the ARN of either. What can't work is found out here, not by the first put.
struct KMSKeyID {
  private let text: String
  /// Where an ARN says that the key is.
  private let home: ARN?
  /// The part that names the key: `alias/deploy`, a UUID, `mrk-…`.
  private let resource: String
  private let isARN: Bool

  init(_ text: String) {
    self.text = text
    isARN = text == "arn" || text.hasPrefix("arn:")
    guard let arn = ARN(text), arn.service == "kms" else {
      (home, resource) = (nil, text)
      return
    }
    home = arn
    resource =
      !arn.hasAccount
      ? ""
      : arn.resource.hasPrefix("alias/")
        ? arn.resource
        : arn.resource.hasPrefix("key/") ? String(arn.resource.dropFirst(4)) : ""
  }

  /// Why no region's Parameter Store can use it; nil where one could.
  var fault: String? {
    if isARN {
      guard let home, !resource.isEmpty else {
        return "\"\(text)\" is no ARN of a KMS key or alias, such as "
          + "\"arn:aws:kms:eu-central-1:111122223333:alias/deploy\""
      }
      guard Partition.of(region: home.region).id == home.partition else {
        return "\"\(text)\": the region \(home.region) isn't in the partition \(home.partition)"
      }
    }
    if resource.hasPrefix("alias/") { return aliasFault }
    return Self.isKeyID(resource)
      ? nil
      : "\"\(text)\" is no KMS key: a key's id (a UUID, or \"mrk-\" and 32 hexadecimal digits), "
        + "an alias such as \"alias/deploy\", or the ARN of either is expected"
  }

  private var aliasFault: String? {
    let name = resource.dropFirst("alias/".count)
    let isPlain = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "/_-".contains($0))
    }
    guard isPlain, (1...250).contains(name.count) else {
      return
        "\"\(text)\" is no alias: letters, digits, `/`, `_` and `-` follow \"alias/\", such as "
        + "\"alias/deploy\""
    }
    guard name.hasPrefix("aws/"), name != "aws/ssm" else { return nil }
    return "\"\(text)\" is AWS's own key for another service, which Parameter Store can't use; "
      + "leave kmsKeyId out for AWS's own key for Parameter Store"
  }

  private static func isKeyID(_ text: String) -> Bool {
    func isHex(_ part: Substring, _ count: Int) -> Bool {
      part.count == count && part.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
    if text.hasPrefix("mrk-") { return isHex(text.dropFirst(4), 32) }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 5 && zip(parts, [8, 4, 4, 4, 12]).allSatisfy { isHex($0, $1) }
  }

  /// Why a parameter in this region can't use it; nil where it can, or the region isn't known.
  func fault(in region: String?) -> String? {
    guard let region, let home, home.region != region else { return nil }
    return "the key \(text) is in \(home.region), the parameter in \(region): Parameter Store uses "
      + "keys of its own region only"
  }

  /// Whether it is a key of one region alone, wherever that is: neither an alias, which each region
  /// may have, nor a multi-Region key.
  var isBoundToOneRegion: Bool { !isARN && Self.isKeyID(resource) && !resource.hasPrefix("mrk-") }
}
