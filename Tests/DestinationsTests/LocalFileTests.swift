import Destinations
import Host
import LibCrypto
import RotationExecutor
import RotationPlanner
import Testing

@Suite("Local files that show the published key")
struct LocalFileTests {
  /// Files in memory.
  final class Memory: FileEditor {
    let content = Locked<[String: String]>([:])

    func read(_ path: String) throws(FileFailure) -> SharedSecret? {
      content.withLock { $0[path] }.map { SharedSecret(SecretBytes(copying: $0)) }
    }

    func update(
      _ path: String, _ edit: (SharedSecret?) throws(FileFailure) -> SharedSecret
    ) throws(FileFailure) {
      let new = try edit(try read(path))
      let text = new.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      content.withLock { $0[path] = text }
    }

    func check(_ path: String) throws(FileFailure) {}
  }

  struct Case: Sendable {
    var format: ProjectionFormat
    var before: String?
    var after: String
    var removesToken = false
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
      before: "# mine\r\nA=1\r\nexport AWS_ACCESS_KEY_ID=\"AKIAOLD\"\r\n\r\n"
        + "AWS_SECRET_ACCESS_KEY=x\r\nAWS_SESSION_TOKEN=y\r\nB=2",
      after: "# mine\r\nA=1\r\nexport AWS_ACCESS_KEY_ID=AKIANEW\r\n\r\n"
        + "AWS_SECRET_ACCESS_KEY=s3cret\r\nB=2",
      removesToken: true),
    Case(
      format: .dotenv, before: "A=1\n# AWS_ACCESS_KEY_ID=a comment\naws_access_key_id=other\n",
      after: "A=1\n# AWS_ACCESS_KEY_ID=a comment\naws_access_key_id=other\n"
        + "AWS_ACCESS_KEY_ID=AKIANEW\nAWS_SECRET_ACCESS_KEY=s3cret\n"),
    // A shell and systemd go on in the next line; an empty one ends that.
    Case(
      format: .dotenv, before: "A=C:\\dir\\",
      after: "A=C:\\dir\\\n\nAWS_ACCESS_KEY_ID=AKIANEW\nAWS_SECRET_ACCESS_KEY=s3cret\n"),
    Case(
      format: .dotenv,
      before: "A=x\\\r\nAWS_ACCESS_KEY_ID=AKIANEW\r\nAWS_SECRET_ACCESS_KEY=s3cret\r\n",
      after: "A=x\\\r\n\r\nAWS_ACCESS_KEY_ID=AKIANEW\r\nAWS_SECRET_ACCESS_KEY=s3cret\r\n"),
    Case(
      format: .dotenv,
      before:
        "A=two\\\\\nAWS_ACCESS_KEY_ID=AKIAOLD\\\nREST\\\nOF\nB=1\nAWS_SECRET_ACCESS_KEY=x\\\nB=2\n",
      after: "A=two\\\\\nAWS_ACCESS_KEY_ID=AKIANEW\nB=1\nAWS_SECRET_ACCESS_KEY=s3cret\nB=2\n"),
    Case(
      format: .credentialsFile, before: nil,
      after: "[shop]\naws_access_key_id = AKIANEW\naws_secret_access_key = s3cret\n"),
    Case(
      format: .credentialsFile,
      before: """
        ; of somebody
        [default]
        aws_access_key_id = AKIAOTHER
        aws_secret_access_key = other

        [shop]\u{20}
        # a comment
        AWS_Access_Key_Id:AKIAOLD\u{20}
          # another, and a blank line

        aws_session_token = y
        region = eu-west-1
        aws_secret_access_key=x
        s3 =
          max_concurrent_requests = 20
          aws_access_key_id = of another setting
        [shop ]
        aws_access_key_id = AKIALAST
        """,
      after: """
        ; of somebody
        [default]
        aws_access_key_id = AKIAOTHER
        aws_secret_access_key = other

        [shop]\u{20}
        # a comment
        AWS_Access_Key_Id:AKIANEW\u{20}
          # another, and a blank line

        region = eu-west-1
        aws_secret_access_key=s3cret
        s3 =
          max_concurrent_requests = 20
          aws_access_key_id = of another setting
        [shop ]
        aws_access_key_id = AKIALAST
        """, removesToken: true),
    Case(
      format: .credentialsFile, before: "[default]\r\nregion = x",
      after: "[default]\r\nregion = x\r\n\r\n[shop]\r\naws_access_key_id = AKIANEW\r\n"
        + "aws_secret_access_key = s3cret\r\n"),
    // An addition that is indented less would swallow what follows it.
    Case(
      format: .credentialsFile, before: "[shop]\n   region = x\n[z]\n",
      after: "[shop]\n   aws_access_key_id = AKIANEW\n   aws_secret_access_key = s3cret\n"
        + "   region = x\n[z]\n"),
    Case(
      format: .credentialsFile, before: "[shop]\naws_secret_access_key =\n[z]\n",
      after: "[shop]\naws_secret_access_key = s3cret\naws_access_key_id = AKIANEW\n[z]\n"),
    Case(
      format: .credentialsFile, before: "[shop]",
      after: "[shop]\naws_access_key_id = AKIANEW\naws_secret_access_key = s3cret\n"),
  ]

  @Test(arguments: cases)
  func onlyTheKeysLinesAreReplaced(_ test: Case) throws {
    let memory = Memory()
    memory.content.withLock { $0["/f"] = test.before }
    let files = DestinationRegistry([LocalFile(memory)])
    let projection = FileProjection(path: "/f", format: test.format, profile: "shop")
    let pair = AccessKeyPair(id: AccessKeyID("AKIANEW"), secret: SecretBytes(copying: "s3cret"))
    #expect(try files.keyId(in: projection) != pair.id)
    let notes = try files.write(pair, to: projection)
    #expect(notes == (test.removesToken ? [.removedSessionToken] : []))
    #expect(memory.content.withLock { $0["/f"] } == test.after)
    #expect(try files.keyId(in: projection) == pair.id)
    #expect(try files.write(pair, to: projection).isEmpty)
    #expect(memory.content.withLock { $0["/f"] } == test.after)
  }

  /// A key that can't work as it stands there is none, so that the next run mends the file.
  @Test(arguments: [
    "[shop]\naws_access_key_id = AKIANEW\n",
    "[shop]\naws_access_key_id = AKIANEW\naws_secret_access_key =\n",
    "[shop]\naws_access_key_id = AKIANEW\naws_secret_access_key = x\naws_session_token = y\n",
    "[other]\naws_access_key_id = AKIANEW\naws_secret_access_key = x\n",
  ])
  func aKeyThatCannotWorkIsNotShown(_ content: String) throws {
    let memory = Memory()
    memory.content.withLock { $0["/f"] = content }
    let projection = FileProjection(path: "/f", format: .credentialsFile, profile: "shop")
    #expect(try DestinationRegistry([LocalFile(memory)]).keyId(in: projection) == nil)
    let dotenv = FileProjection(path: "/e", format: .dotenv)
    memory.content.withLock {
      $0["/e"] = "AWS_ACCESS_KEY_ID=AKIANEW\nAWS_SECRET_ACCESS_KEY=x\nAWS_SESSION_TOKEN=y\n"
    }
    #expect(try DestinationRegistry([LocalFile(memory)]).keyId(in: dotenv) == nil)
  }

  /// What SDKs couldn't read either is left as it is, and the message says where it is wrong.
  @Test(arguments: [
    ("[shop]\nregion = x\n[shop]\n", "line 3: the section [shop] stands in the file twice"),
    ("region = x\n[shop]\n", "line 1: a setting stands before the first [section]"),
    ("[shop]\naws_secret_access_key = x\n  y\n", "line 3: the line is indented"),
    ("[shop]\naws_access_key_id = x\n  y\n", "line 3: the line is indented"),
    ("[DEFAULT]\naws_session_token = x\n", "line 2: a session token stands in [DEFAULT]"),
    ("[shop]\nnonsense\n", "line 2: expected NAME = VALUE"),
  ])
  func aFileThatCannotBeUnderstoodIsLeftAlone(_ content: String, _ message: String) throws {
    let memory = Memory()
    memory.content.withLock { $0["/f"] = content }
    let projection = FileProjection(path: "/f", format: .credentialsFile, profile: "shop")
    let pair = AccessKeyPair(id: AccessKeyID("AKIANEW"), secret: SecretBytes(copying: "s3cret"))
    do {
      _ = try DestinationRegistry([LocalFile(memory)]).write(pair, to: projection)
      Issue.record("it was written")
    } catch {
      #expect(error.message.hasPrefix(message))
    }
    #expect(memory.content.withLock { $0["/f"] } == content)
  }
}
