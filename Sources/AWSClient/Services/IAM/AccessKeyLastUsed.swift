package import struct FoundationEssentials.Date

extension IAM {
  /// When a key was last used. The figure lags by hours and is coarse.
  package struct AccessKeyLastUsed: Sendable, Equatable {
    /// Whose key it is; nil where IAM doesn't say.
    package let userName: String?
    /// Nil: never, as far as IAM knows.
    package let lastUsedDate: Date?
    /// Nil where IAM says `N/A`.
    package let serviceName: String?
    package let region: String?

    init(_ result: XMLElement) throws(CodecFailure) {
      userName = result.optionalString("UserName")
      let used = try result.element(["AccessKeyLastUsed"])
      func known(_ name: String) -> String? {
        used.optionalString(name).flatMap { $0 == "N/A" ? nil : $0 }
      }
      lastUsedDate = known("LastUsedDate") == nil ? nil : try used.date("LastUsedDate")
      serviceName = known("ServiceName")
      region = known("Region")
    }
  }
}
