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

  var request: SignableRequest {
    SignableRequest(
      method: method, url: url, headers: headers.map { ($0[0], $0[1]) },
      payload: unsigned ? .unsigned : .bytes(Array(body)))
  }
}
