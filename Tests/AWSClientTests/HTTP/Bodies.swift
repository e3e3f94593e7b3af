import AWSClient
import LibCrypto

import struct Foundation.Data

extension SharedSecret {
  var array: [UInt8] { withUnsafeBytes { Array($0) } }
  var data: Data { Data(array) }
  var string: String { String(decoding: array, as: UTF8.self) }
}

extension HTTPRequest {
  /// With those whose values are secrets.
  var allHeaders: [(name: String, value: String)] {
    headers + secretHeaders.map { ($0.name, $0.value.string) }
  }
}
