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

  /// "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk"
  /// in the S3 API Reference: object with a range, object to store, subresource, list.
  @Test(arguments: [
    S3Example(
      method: "GET", target: "/test.txt", headers: [("Range", "bytes=0-9")],
      canonicalHash: "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972",
      signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
    S3Example(
      method: "PUT", target: "/test%24file.text",
      headers: [
        ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
      ],
      body: "Welcome to Amazon S3.",
      canonicalHash: "9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d",
      signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
    S3Example(
      method: "GET", target: "/?lifecycle",
      canonicalHash: "9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca",
      signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    S3Example(
      method: "GET", target: "/?max-keys=2&prefix=J",
      canonicalHash: "df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7",
      signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
  ])
  func s3(example: S3Example) throws {
    let signed = try Signer(region: "us-east-1", service: "s3", settings: .s3).sign(
      SignableRequest(
        method: example.method, url: "https://examplebucket.s3.amazonaws.com\(example.target)",
        headers: example.headers, payload: .bytes(Array(example.body.utf8))),
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: SecretBytes(copying: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
      date: SigningDate(secondsSinceEpoch: 1_369_353_600))
    #expect(
      signed.stringToSign.description == """
        AWS4-HMAC-SHA256
        20130524T000000Z
        20130524/us-east-1/s3/aws4_request
        \(example.canonicalHash)
        """)
    #expect(signed.signature == example.signature)
  }

  /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
  @Test func s3PresignedURL() throws {
    let signer = Signer(
      region: "us-east-1", service: "s3", settings: .s3.presigned(expiresIn: 86_400))
    let signed = try signer.sign(
      SignableRequest(
        method: "GET", url: "https://examplebucket.s3.amazonaws.com/test.txt", payload: .unsigned),
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: SecretBytes(copying: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
      date: SigningDate(secondsSinceEpoch: 1_369_353_600))
    #expect(
      signed.url
        == "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    #expect(signed.authorization == nil && signed.headers.map(\.name) == ["Host"])
  }

  struct S3Example: Sendable {
    let method: String
    let target: String
    var headers: [(name: String, value: String)] = []
    var body = ""
    let canonicalHash: String
    let signature: String
  }
}
