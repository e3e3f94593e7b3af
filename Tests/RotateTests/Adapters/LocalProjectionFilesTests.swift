import AWSClient
import LibCrypto
import RotationExecutor
import RotationPlanner
import Testing
import rotate

@Suite("Local files that show the published key")
struct LocalProjectionFilesTests {
  /// Files in memory.
  final class Memory: FileStore {
    let content = Locked<[String: String]>([:])

    func read(_ path: String, limit: Int) throws(FileFailure) -> SecretBytes {
      guard let text = content.withLock({ $0[path] }) else { throw .missing }
      return SecretBytes(copying: text)
    }

    func replace(_ path: String, with bytes: borrowing SecretBytes) throws(FileFailure) {
      let text = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      content.withLock { $0[path] = text }
    }
  }

  struct Case: Sendable {
    var format: ProjectionFormat
    var before: String?
    var after: String
  }

  static let cases: [Case] = [
    Case(
      format: .json, before: "old",
      after: "{\"Version\":1,\"AccessKeyId\":\"AKIANEW\",\"SecretAccessKey\":\"s3cret\"}"),
    Case(format: .accessKeyId, before: nil, after: "AKIANEW"),
    Case(
      format: .dotenv, before: nil,
      after: "AWS_ACCESS_KEY_ID=AKIANEW\nAWS_SECRET_ACCESS_KEY=s3cret\n"),
    Case(
      format: .dotenv,
      before: "# mine\nA=1\nexport AWS_ACCESS_KEY_ID=\"AKIAOLD\"\nAWS_SECRET_ACCESS_KEY=x\nB=2",
      after: "# mine\nA=1\nAWS_ACCESS_KEY_ID=AKIANEW\nAWS_SECRET_ACCESS_KEY=s3cret\nB=2\n"),
    Case(
      format: .dotenv, before: "A=1\n",
      after: "A=1\nAWS_ACCESS_KEY_ID=AKIANEW\nAWS_SECRET_ACCESS_KEY=s3cret\n"),
    Case(
      format: .credentialsFile, before: nil,
      after: "[shop]\naws_access_key_id = AKIANEW\naws_secret_access_key = s3cret\n"),
    Case(
      format: .credentialsFile,
      before: """
        [default]
        aws_access_key_id = AKIAOTHER
        aws_secret_access_key = other

        [shop]
        # a comment
        aws_access_key_id=AKIAOLD
        aws_secret_access_key=x
        aws_session_token = y
        region = eu-west-1
        [last]
        aws_access_key_id = AKIALAST
        """,
      after: """
        [default]
        aws_access_key_id = AKIAOTHER
        aws_secret_access_key = other

        [shop]
        aws_access_key_id = AKIANEW
        aws_secret_access_key = s3cret
        # a comment
        region = eu-west-1
        [last]
        aws_access_key_id = AKIALAST

        """),
    Case(
      format: .credentialsFile, before: "[default]\nregion = x",
      after: "[default]\nregion = x\n[shop]\naws_access_key_id = AKIANEW\n"
        + "aws_secret_access_key = s3cret\n"),
  ]

  @Test(arguments: cases)
  func onlyTheKeysLinesAreReplaced(_ test: Case) throws {
    let memory = Memory()
    memory.content.withLock { $0["/f"] = test.before }
    let files = LocalProjectionFiles(memory)
    let projection = FileProjection(path: "/f", format: test.format, profile: "shop")
    let pair = AccessKeyPair(id: AccessKeyID("AKIANEW"), secret: SecretBytes(copying: "s3cret"))
    #expect(try files.keyId(in: projection) != pair.id)
    try files.write(pair, to: projection)
    #expect(memory.content.withLock { $0["/f"] } == test.after)
    #expect(try files.keyId(in: projection) == pair.id)
    try files.write(pair, to: projection)
    #expect(memory.content.withLock { $0["/f"] } == test.after)
  }
}
