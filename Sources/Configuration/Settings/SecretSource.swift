/// Where something stands that only this program and its receiver may know, such as the URL of a
/// chat's webhook. Never in the configuration itself, which many can read.
package enum SecretSource: Sendable {
  /// A file of this host, which others can't read.
  case file(Configured<String>)
  /// A credential that systemd hands to the unit (`LoadCredential=`), by its name.
  case credential(Configured<String>)
  /// A SecureString in Parameter Store.
  case parameter(Configured<String>)
  /// Written down as it is: allowed where it need not be secret.
  case plain(Configured<String>)

  /// For messages that name the place.
  package var written: Configured<String> {
    switch self {
    case .file(let text), .credential(let text), .parameter(let text), .plain(let text): text
    }
  }
  /// Its name, where it is a parameter.
  package var parameter: String? {
    if case .parameter(let name) = self { name.value } else { nil }
  }

  /// Its name, where it is a credential of systemd's.
  package var credential: String? {
    if case .credential(let name) = self { name.value } else { nil }
  }
}
