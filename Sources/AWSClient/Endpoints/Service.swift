/// The services that the program calls.
package enum Service: String, Sendable, CaseIterable {
  case iam, sts, ssm, sns

  /// The version of a Query API; nil for JSON 1.1.
  var queryVersion: String? {
    switch self {
    case .iam: "2010-05-08"
    case .sts: "2011-06-15"
    case .sns: "2010-03-31"
    case .ssm: nil
    }
  }

  /// As people know it.
  package var displayName: String { rawValue.uppercased() }

  /// The service's part of `AWS_ENDPOINT_URL_…` and, in lower case, of a `services` section.
  package var settingName: String { rawValue.uppercased() }
}
