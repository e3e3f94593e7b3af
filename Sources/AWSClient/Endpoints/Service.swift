/// The services that the program calls.
package enum Service: String, Sendable, CaseIterable {
  case iam, sts, ssm, sns
  /// The portal of IAM Identity Center. Like the two below it is asked for credentials alone.
  case sso
  /// The OpenID Connect service of IAM Identity Center.
  case ssoOIDC = "sso-oidc"
  /// AWS Sign-In, of `aws login`.
  case signin

  /// The version of a Query API; nil for JSON.
  var queryVersion: String? {
    switch self {
    case .iam: "2010-05-08"
    case .sts: "2011-06-15"
    case .sns: "2010-03-31"
    case .ssm, .sso, .ssoOIDC, .signin: nil
    }
  }

  /// As people know it.
  package var displayName: String { rawValue.uppercased() }

  /// The service's part of `AWS_ENDPOINT_URL_…` and, in lower case, of a `services` section.
  package var settingName: String { rawValue.uppercased().replacing("-", with: "_") }

  /// Whether only the search for credentials asks it, unsigned.
  var isSignIn: Bool { self == .sso || self == .ssoOIDC || self == .signin }

  /// What the names of its hosts begin with; `-fips` is added to it.
  var hostPrefix: String {
    switch self {
    case .iam, .sts, .ssm, .sns, .signin: rawValue
    case .sso: "portal.sso"
    case .ssoOIDC: "oidc"
    }
  }
}
