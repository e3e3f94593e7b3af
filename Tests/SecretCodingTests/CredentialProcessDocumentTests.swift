import LibCrypto
import SecretCoding
import Testing

@Suite struct CredentialProcessDocumentTests {
  @Test func longTermAndTemporary() {
    let key = CredentialProcessDocument.write(
      accessKeyId: "AKIA", secretAccessKey: SecretBytes(copying: "a/b+c="))
    #expect(
      key.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        == #"{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":"a/b+c="}"#)
    let session = CredentialProcessDocument.write(
      accessKeyId: "ASIA", secretAccessKey: SecretBytes(copying: "s\""),
      sessionToken: SecretBytes(copying: "t\\"), expiration: "2030-01-31T23:59:59Z")
    #expect(
      session.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        == #"{"Version":1,"AccessKeyId":"ASIA","SecretAccessKey":"s\"","SessionToken":"t\\","#
        + #""Expiration":"2030-01-31T23:59:59Z"}"#)
    let read = CredentialProcessDocument.read(session)
    #expect(read?.version == 1 && read?.accessKeyId == "ASIA")
    #expect(read?.secretAccessKey.withUnsafeBytes { Array($0) } == Array("s\"".utf8))
    #expect(read?.sessionToken?.withUnsafeBytes { Array($0) } == Array("t\\".utf8))
    #expect(read?.expiration == "2030-01-31T23:59:59Z")
  }

  @Test(arguments: [
    "{}", "[]", #"{"Version":1,"AccessKeyId":"A"}"#,
    #"{"Version":"1","AccessKeyId":"A","SecretAccessKey":"s"}"#,
    #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":1}"#,
  ])
  func aPartIsMissing(text: String) {
    #expect(CredentialProcessDocument.read(SecretBytes(copying: text)) == nil)
  }
}
