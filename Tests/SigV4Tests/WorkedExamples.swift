import LibCrypto
import SigV4
import Testing

/// Worked examples that AWS publishes, with each stage's published value.
@Suite struct WorkedExamples {
  /// "Create a signed AWS API request" in the IAM User Guide, formerly "Task 1" to "Task 4" of the
  /// General Reference.
  @Test func listUsers() throws {
    let request = SignableRequest(
      method: "GET", url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
      headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")])
    let signed = try Signer(region: "us-east-1", service: "iam").sign(
      request, accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: SecretBytes(copying: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      date: SigningDate(secondsSinceEpoch: 1_440_938_160))
    #expect(
      signed.canonicalRequest.description == """
        GET
        /
        Action=ListUsers&Version=2010-05-08
        content-type:application/x-www-form-urlencoded; charset=utf-8
        host:iam.amazonaws.com
        x-amz-date:20150830T123600Z

        content-type;host;x-amz-date
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        """)
    #expect(
      signed.stringToSign.description == """
        AWS4-HMAC-SHA256
        20150830T123600Z
        20150830/us-east-1/iam/aws4_request
        f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59
        """)
    #expect(
      signed.authorization
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
        + "SignedHeaders=content-type;host;x-amz-date, "
        + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
    #expect(signed.headers.map(\.name) == ["Content-Type", "Host", "X-Amz-Date", "Authorization"])
  }

  /// "Examples of how to derive a signing key": the same secret, scope 20150830/us-east-1/iam.
  @Test func derivedKey() {
    let key = SigningKey(
      secretAccessKey: SecretBytes(copying: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      scope: CredentialScope(
        date: SigningDate(secondsSinceEpoch: 1_440_938_160), region: "us-east-1", service: "iam"))
    let hex = key.bytes.withUnsafeBytes { Hex.encode(Array($0)) }
    #expect(hex == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
  }
}
