package import struct FoundationEssentials.Date

/// The id of an IAM access key, such as `AKIAIOSFODNN7EXAMPLE`. Not a secret.
package struct AccessKeyID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: String

  package init(_ rawValue: String) { self.rawValue = rawValue }

  package var description: String { rawValue }

  /// The last four characters: enough to tell two keys apart where the whole id has no business.
  package var tail: String { "…" + rawValue.suffix(4) }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The status of an access key, as IAM's `StatusType` names it.
package enum AccessKeyStatus: Hashable, Sendable {
  case active
  case inactive
  case expired
  /// A status that this version doesn't know. Such a key is never touched.
  case other(String)
}

/// One entry of `ListAccessKeys`.
package struct AccessKey: Hashable, Sendable {
  package var id: AccessKeyID
  package var status: AccessKeyStatus
  /// In whole seconds, as IAM gives it.
  package var createdAt: Date

  package init(id: AccessKeyID, status: AccessKeyStatus, createdAt: Date) {
    self.id = id
    self.status = status
    self.createdAt = createdAt
  }
}

/// The answer of `GetAccessKeyLastUsed`. It lags and is coarse: evidence, not proof.
package struct AccessKeyLastUsed: Hashable, Sendable {
  /// Nil: IAM knows of no use.
  package var at: Date?
  /// The service's signing name, such as `s3`; nil where IAM says `N/A`.
  package var service: String?
  package var region: String?

  package init(at: Date?, service: String? = nil, region: String? = nil) {
    self.at = at
    self.service = service
    self.region = region
  }
}

extension AccessKeyLastUsed {
  /// IAM notes a use once in this time; those that follow within it are unseen.
  package static let resolution = Duration.seconds(15 * 60)

  /// To be put behind a statement: ` (last used 2026-01-01 10:00Z by s3 in eu-west-1)`.
  package var inWords: String {
    guard let at else { return " (never used)" }
    return " (last used \(at.inWords)"
      + (service.map { " by \($0)" } ?? "") + (region.map { " in \($0)" } ?? "") + ")"
  }
}
