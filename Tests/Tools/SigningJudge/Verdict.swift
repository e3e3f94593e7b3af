import FoundationEssentials
import SigV4

/// One line of output: each stage, or why there is none.
struct Verdict: Encodable {
  var canonicalRequest: String?
  var stringToSign: String?
  var signature: String?
  var url: String?
  var headers: [[String]]?
  var error: String?

  init(_ signed: SignedRequest) {
    canonicalRequest = String(decoding: signed.canonicalRequest.bytes, as: UTF8.self)
    stringToSign = signed.stringToSign.description
    signature = signed.signature
    url = signed.url
    headers = signed.headers.map { [$0.name, $0.value] }
  }

  init(_ error: SigningError) { self.error = error.rawValue }
}
