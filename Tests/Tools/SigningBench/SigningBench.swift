import LibCrypto
import SigV4

/// Prints as JSON the nanoseconds of one signature of a typical request to SSM, and of nothing but
/// the hashing that it can't do without: SHA-256 of the body and of the canonical request, one
/// HMAC of the string to sign with the key prepared. These are the very calls and bytes of the
/// signature, with the algorithms fetched once for both.
///
/// Short rounds of both alternate, and the best round of each counts: on a busy machine few rounds
/// are undisturbed, and only those say what the code costs.
@main struct SigningBench {
  static let repetitions = 500
  static let rounds = 1000

  static func main() throws {
    let body = Array(#"{"Name":"/deploy/deployer/credentials","WithDecryption":true}"#.utf8)
    let request = SignableRequest(
      method: "POST", url: "https://ssm.ap-northeast-2.amazonaws.com/",
      headers: [
        ("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "AmazonSSM.GetParameter"),
        ("User-Agent", "rotate/1.0"),
      ],
      payload: .bytes(body))
    let secret = SecretBytes(copying: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    let signer = Signer(region: "ap-northeast-2", service: "ssm")
    let now = 1_800_000_000

    func sign(at second: Int) throws -> SignedRequest {
      try signer.sign(
        request, accessKeyId: "AKIDEXAMPLE", secretAccessKey: secret,
        date: SigningDate(secondsSinceEpoch: Double(second)))
    }

    let signed = try sign(at: now)
    let (canonicalRequest, stringToSign) = (signed.canonicalRequest, signed.stringToSign)
    var hmac = HMACSHA256(key: secret)
    var (signature, hashing) = (Double.infinity, Double.infinity)
    for _ in 0..<rounds {
      signature = min(signature, try nanoseconds { _ = try sign(at: now + $0 % 60) })
      hashing = min(
        hashing,
        try nanoseconds { _ in
          _ = SHA256.digest(of: body.span)
          _ = SHA256.digest(of: canonicalRequest.bytes.span)
          _ = hmac.code(of: stringToSign.bytes.span)
        })
    }
    print(#"{"signature": \#(signature), "hashing": \#(hashing)}"#)
  }

  /// The time of one repetition.
  private static func nanoseconds(_ work: (Int) throws -> Void) throws -> Double {
    let clock = ContinuousClock()
    let time = try clock.measure { for repetition in 0..<repetitions { try work(repetition) } }
    return time / .nanoseconds(1) / Double(repetitions)
  }
}
