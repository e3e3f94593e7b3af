internal import LibCrypto

/// A copy of the published credential, in the form that some consumer reads. `credentials` decides;
/// a projection is repaired whenever it differs.
package enum Projection: Hashable, Sendable {
  case parameter(ParameterProjection)
  case file(FileProjection)

  /// What people are told: where it stands, and in which region if that isn't the client's.
  package var name: String {
    switch self {
    case .parameter(let projection): projection.name
    case .file(let projection): projection.path
    }
  }
}

package struct ParameterProjection: Hashable, Sendable {
  package var place: ParameterPlace
  package var format: ProjectionFormat
  /// Nil: AWS's own key for Parameter Store.
  package var kmsKeyId: String?

  package init(place: ParameterPlace, format: ProjectionFormat, kmsKeyId: String? = nil) {
    self.place = place
    self.format = format
    self.kmsKeyId = kmsKeyId
  }

  package var name: String {
    place.name + (place.region.map { " in \($0)" } ?? "")
  }

  /// The type in which it is written: a parameter keeps the one that it has. Nil: what belongs there
  /// is secret, and would stand in clear.
  func kind(standing: Parameter.Kind?) -> Parameter.Kind? {
    guard format.isSecret else { return standing ?? .string }
    return standing == nil || standing == .secureString ? .secureString : nil
  }

  /// Whether it certainly shows that key. `written` is the version that this program wrote last.
  func shows(_ id: String, _ found: Parameter?, written: Int?) -> Bool {
    guard let found else { return false }
    if let written, written != found.version { return false }
    guard format == .accessKeyId, let text = found.text else { return written != nil }
    return text == id
  }

  /// Names it in the record, in ten characters whatever its own name's length, since the record has
  /// 4 KB: of the SHA-256 of `fullName`, so that every host has the same.
  package var recordKey: String {
    String(SHA256.hexDigest(of: Array(fullName.utf8)).prefix(Self.recordKeyLength))
  }

  static let recordKeyLength = 10

  /// So records named it before. The region belongs to it where it isn't the client's own.
  var fullName: String { place.region.map { "\($0):\(place.name)" } ?? place.name }
}

/// A local file.
package typealias FileProjection = DestinationPlace

extension DestinationPlace {
  package init(path: String, format: ProjectionFormat, profile: String = "default") {
    self.init(kind: "file", name: path, format: format, options: ["profile": profile])
  }

  package var path: String { name }
}

/// What a projection holds.
package enum ProjectionFormat: String, Sendable, Hashable, CaseIterable {
  /// The `credential_process` JSON, as in `credentials`.
  case json
  /// The bare key id: the only one without a secret, hence a `String`.
  case accessKeyId = "access-key-id"
  case secretAccessKey = "secret-access-key"
  /// `AWS_ACCESS_KEY_ID=…` and `AWS_SECRET_ACCESS_KEY=…`, a line each.
  case dotenv
  /// An INI section with `aws_access_key_id` and `aws_secret_access_key`.
  case credentialsFile = "credentials-file"

  package var isSecret: Bool { self != .accessKeyId }
}
