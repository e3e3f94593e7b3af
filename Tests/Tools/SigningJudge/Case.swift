import FoundationEssentials
import SigV4

/// One line of input: a request and what signs it.
struct Case: Decodable {
  let method: String
  let url: String
  let headers: [[String]]
  /// In base64.
  let body: Data
  let unsigned: Bool
  let accessKeyId: String
  let secretAccessKey: String
  let sessionToken: String?
  let region: String
  let service: String
  let s3: Bool
  let date: Double
  /// Where the settings aren't the preset's.
  let settings: Settings?

  /// Named as `awscrt` names them.
  struct Settings: Decodable, Hashable {
    let useDoubleUriEncode: Bool
    let shouldNormalizeUriPath: Bool
    let signedBodyHeader: Bool
    let omitSessionToken: Bool
    let query: Bool
    let expirationInSeconds: Int?
    let excludedHeaders: [String]
  }

  var signingSettings: SigningSettings {
    guard let settings else { return s3 ? .s3 : .standard }
    return SigningSettings(
      percentEncodingMode: settings.useDoubleUriEncode ? .double : .single,
      uriPathNormalizationMode: settings.shouldNormalizeUriPath ? .enabled : .disabled,
      payloadChecksumKind: settings.signedBodyHeader ? .xAmzSha256 : .noHeader,
      sessionTokenMode: settings.omitSessionToken ? .exclude : .include,
      signatureLocation: settings.query
        ? .queryParams(expiresIn: settings.expirationInSeconds) : .headers,
      excludedHeaders: settings.excludedHeaders)
  }

  var request: SignableRequest {
    SignableRequest(
      method: method, url: url, headers: headers.map { ($0[0], $0[1]) },
      payload: unsigned ? .unsigned : .bytes(Array(body)))
  }
}
