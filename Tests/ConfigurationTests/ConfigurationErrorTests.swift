import Testing
import Configuration

/// Each configuration and exactly what is said about it. `⏎` stands for a line break.
@Suite("What is said about a wrong configuration")
struct ConfigurationErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var json: String
    var message: String
    var testDescription: String { json }

    init(_ json: String, _ message: String) {
      self.json = json.split(separator: "⏎", omittingEmptySubsequences: false)
        .joined(separator: "\n")
      self.message = message
    }
  }

  static let notJSON: [Case] = [
    Case("", "c.json:1:1: the file ends where a value is expected [config-not-json]"),
    Case(
      "{\"users\": [],⏎}", "c.json:2:1: a comma before `}`: leave it out [config-not-json]"),
    Case("{\"users\": [1,]}", "c.json:1:14: a comma before `]`: leave it out [config-not-json]"),
    Case(
      "{\"users\": ci}",
      "c.json:1:11: `ci` is not a value; text stands in double quotes "
        + "[config-not-json]"),
    Case("{\"users\" []}", "c.json:1:10: `:` is expected behind a key [config-not-json]"),
    Case("{\"users\": [] \"a\": 1}", "c.json:1:14: `,` or `}` is expected here [config-not-json]"),
    Case("{⏎  // hi⏎}", "c.json:2:3: a key in double quotes is expected here [config-not-json]"),
    Case("{\"users\": // hi⏎ []}", "c.json:1:11: JSON has no comments [config-not-json]"),
    Case("{\"é\": \"x", "c.json:1:7: the string that begins here has no end [config-not-json]"),
    Case("{\"a\": \"\\q\"}", "c.json:1:7: the string holds a wrong escape [config-not-json]"),
    Case("{} x", "c.json:1:4: something stands behind the end of the document [config-not-json]"),
    Case(
      "{\"users\": 01}",
      "c.json:1:11: `01` is not a value; text stands in double quotes "
        + "[config-not-json]"),
    Case(
      String(repeating: "[", count: 40), "c.json:1:33: nested too deeply [config-not-json]"),
  ]

  static let keys: [Case] = [
    Case(
      "[]",
      """
      c.json:1:1: an object in `{ }` is expected, not a list [config-wrong-type]
      c.json:1:1: `users` is missing: a list such as [{"name": "deployer"}], or with `group` or \
      `path` [config-missing-key]
      """),
    Case(
      "{\"users\": []}",
      "c.json:1:11 users: no user is named; write at least one, such as {\"name\": …} "
        + "[config-bad-value]"),
    Case(
      "{\"user\": [], \"users\": [{\"name\": \"a\"}]}",
      "c.json:1:2 user: there is no such key; did you mean `users`? [config-unknown-key]"),
    Case(
      "{\"users\": [⏎  {\"name\": \"a\"},⏎  {\"name\": \"b\", \"rotateEvrey\": \"30d\"}]}",
      "c.json:3:17 users[1].rotateEvrey: there is no such key; did you mean `rotateEvery`? "
        + "[config-unknown-key]"),
    Case(
      "{\"users\": [{\"name\": \"a\", \"verify\": {\"zzzzzz\": 1}}]}",
      "c.json:1:37 users[0].verify.zzzzzz: there is no such key; here are allowed: regions, "
        + "successes, interval, timeout [config-unknown-key]"),
    Case(
      "{\"users\": [{\"name\": \"a\"}],⏎ \"region\": \"eu-west-1\",⏎ \"\\u0072egion\": \"eu-west-2\"}",
      "c.json:3:2 region: the key stands here a second time; first in line 2 "
        + "[config-duplicate-key]"),
    Case(
      "{\"users\": [{}]}",
      "c.json:1:12 users[0]: whom is it about? One of `name`, `group` and `path` is needed "
        + "[config-missing-key]"),
    Case(
      "{\"users\": [{\"name\": \"a\", \"path\": \"/a/\"}]}",
      "c.json:1:12 users[0]: `name` and `path`: only one of them can select "
        + "[config-missing-key]"),
  ]

  static let values: [Case] = [
    one(
      "\"pair\": \"yes\"",
      "c.json:1:34 users[0].pair: true or false is expected, not a string [config-wrong-type]"),
    one(
      "\"rotateEvery\": 90",
      "c.json:1:41 users[0].rotateEvery: a duration such as \"90d\" is expected, not the number 90 "
        + "[config-wrong-type]"),
    one(
      "\"rotateEvery\": \"90 days\"",
      "c.json:1:41 users[0].rotateEvery: \"90 days\" is no duration: a whole number and a unit "
        + "(ms, s, m, h, d), such as \"90d\", at most \"3650d\" [config-bad-duration]"),
    one(
      "\"rotateEvery\": \"99999d\"",
      "c.json:1:41 users[0].rotateEvery: \"99999d\" is no duration: a whole number and a unit "
        + "(ms, s, m, h, d), such as \"90d\", at most \"3650d\" [config-bad-duration]"),
    one(
      "\"rotateEvery\": \"100d\"",
      "c.json:1:41 users[0].rotateEvery: rotateEvery (100 days) + gracePeriod (24 h) is more than "
        + "maxKeyAge (100 days): a key would be overdue before it is gone; set maxKeyAge to "
        + "\"101d\" or more [config-periods]"),
    one(
      "\"settle\": \"1h\"",
      "c.json:1:36 users[0].settle: at most \"240s\": it is waited for under a lease of 30 minutes "
        + "[config-bad-duration]"),
    one(
      "\"verify\": {\"successes\": 0}",
      "c.json:1:50 users[0].verify.successes: a whole number from 1 to 20 is expected, not 0 "
        + "[config-bad-value]"),
    one(
      "\"verify\": {\"regions\": [\"Frankfurt\"]}",
      "c.json:1:49 users[0].verify.regions[0]: \"Frankfurt\" is no AWS region, such as "
        + "\"eu-central-1\" [config-bad-value]"),
    one(
      "\"kmsKeyId\": \"\"",
      "c.json:1:38 users[0].kmsKeyId: it is empty; leave the key out for the default "
        + "[config-bad-value]"),
    one(
      "\"kmsKeyId\": null",
      "c.json:1:38 users[0].kmsKeyId: a string is expected, not null [config-wrong-type]"),
    Case(
      "{\"users\": [{\"path\": \"deploy\"}]}",
      "c.json:1:21 users[0].path: an IAM path begins and ends with `/`, such as \"/deploy/\" "
        + "[config-bad-value]"),
    Case(
      "{\"users\": [{\"name\": \"a b\"}]}",
      "c.json:1:21 users[0].name: IAM has no such name: letters, digits and `+ = , . @ _ -` only "
        + "[config-bad-value]"),
    Case(
      "{\"users\": [{\"name\": \"a\"}], \"audit\": {\"path\": \"audit.jsonl\"}}",
      "c.json:1:46 audit.path: a file's whole path is expected, from `/` on [config-bad-value]"),
  ]

  static let names: [Case] = [
    Case(
      "{\"users\": [{\"name\": \"a\"},⏎{\"name\": \"A\"}]}",
      """
      c.json:2:10 users[1].name: a second entry for the user A; the first is in line 1. Make one \
      of them [config-duplicate-user]
      """),
    Case(
      "{\"users\": [{\"name\": \"deploy@ci\"}]}",
      "c.json:1:21 users[0].name: the name of user deploy@ci holds `@`, which no parameter's name "
        + "may hold; give this user a name of its own in place of {user}, such as "
        + "\"parameterPath\": \"/deploy/deploy-ci\" [config-parameter-name]"),
    Case(
      "{\"defaults\": {\"parameterPath\": \"/x\"}, \"users\": [{\"group\": \"ci\"}]}",
      "c.json:1:32 defaults.parameterPath: all users of the group ci would share it; use {user} in "
        + "it [config-duplicate-name]"),
    Case(
      "{\"users\": [{\"name\": \"a\", \"parameterPath\": \"/deploy/b\"}, {\"name\": \"b\", "
        + "\"pair\": false}]}",
      "c.json:1:66 users[1].name: /deploy/b/credentials is written for the user a already; use "
        + "{user} in its name [config-duplicate-name]"),
    one(
      "\"parameterPath\": \"/aws/{user}\"",
      "c.json:1:43 users[0].parameterPath: /aws/a/AWS_SECRET_ACCESS_KEY can't be a parameter: AWS "
        + "refuses parameters whose name begins with `aws` or `ssm`; choose another name "
        + "[config-parameter-name]"),
    one(
      "\"parameterPath\": \"/d/{usr}\"",
      "c.json:1:43 users[0].parameterPath: {usr} is no placeholder; did you mean {user}? "
        + "[config-parameter-name]"),
    one(
      "\"parameterPath\": \"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15\"",
      "c.json:1:43 users[0].parameterPath: /1/2/3/4/5/6/7/8/9/10/11/12/13/14/15"
        + "/AWS_SECRET_ACCESS_KEY can't be a parameter: 16 levels; AWS allows 15; choose another "
        + "name [config-parameter-name]"),
    one(
      "\"parameterPath\": \"/d/{user}/\"",
      "c.json:1:43 users[0].parameterPath: /d/a//AWS_SECRET_ACCESS_KEY can't be a parameter: it "
        + "holds an empty level (`//`, or a `/` at the end); choose another name "
        + "[config-parameter-name]"),
  ]

  static let projections: [Case] = [
    projection(
      "{\"name\": \"x\", \"format\": \"dotnev\"}",
      "c.json:1:66 users[0].projections[0].format: \"dotnev\" is no format; did you mean "
        + "\"dotenv\"? [config-bad-value]"),
    projection(
      "{\"name\": \"x\"}",
      "c.json:1:42 users[0].projections[0]: `format` is missing: json, access-key-id, "
        + "secret-access-key, dotenv, credentials-file [config-missing-key]"),
    projection(
      "{\"name\": \"x\", \"format\": \"json\", \"type\": \"String\"}",
      "c.json:1:82 users[0].projections[0].type: json holds the secret, which never goes into a "
        + "String; leave `type` out: it becomes a SecureString [config-secret-in-string]"),
    projection(
      "{\"format\": \"json\"}",
      "c.json:1:42 users[0].projections[0]: either `name` (a parameter) or `file` (a local file) "
        + "is needed [config-missing-key]"),
    projection(
      "{\"file\": \"/x\", \"format\": \"json\", \"region\": \"eu-west-1\"}",
      "c.json:1:85 users[0].projections[0].region: only a parameter can have it "
        + "[config-unknown-key]"),
    projection(
      "{\"name\": \"record\", \"format\": \"json\"}",
      "c.json:1:21 users[0].name: /deploy/a/record is written twice for the user a "
        + "[config-duplicate-name]"),
    projection(
      "{\"name\": \"/ssm-x/{user}\", \"format\": \"json\"}",
      "c.json:1:51 users[0].projections[0].name: /ssm-x/a can't be a parameter: AWS refuses "
        + "parameters whose name begins with `aws` or `ssm`; choose another name "
        + "[config-parameter-name]"),
  ]

  private static func one(_ setting: String, _ message: String) -> Case {
    Case("{\"users\": [{\"name\": \"a\", \(setting)}]}", message)
  }

  private static func projection(_ text: String, _ message: String) -> Case {
    one("\"projections\": [\(text)]", message)
  }

  private static func kms(
    _ id: String, in region: String = "eu-west-1", with more: String = "", _ said: String
  )
    -> Case
  {
    Case(
      "{\"region\": \"\(region)\",⏎\"users\": [{\"name\": \"a\", \"kmsKeyId\": \"\(id)\"\(more)}]}",
      said)
  }

  private static let home = "arn:aws:kms:eu-west-1:111122223333:alias/deploy"
  private static let uuid = "1234abcd-12ab-34cd-56ef-1234567890ab"
  private static func abroad(_ own: String) -> String {
    ", \"projections\": [⏎{\"name\": \"x\", \"format\": \"json\", \"region\": \"eu-west-3\"\(own)}]"
  }

  static let kmsKeys: [Case] = [
    kms(
      "alias/",
      "c.json:2:37 users[0].kmsKeyId: \"alias/\" is no alias: letters, digits, `/`, `_` and `-` follow "
        + "\"alias/\", such as \"alias/deploy\" [config-kms-key]"),
    kms(
      "deploy",
      "c.json:2:37 users[0].kmsKeyId: \"deploy\" is no KMS key: a key's id (a UUID, or \"mrk-\" and 32 "
        + "hexadecimal digits), an alias such as \"alias/deploy\", or the ARN of either is expected "
        + "[config-kms-key]"),
    kms(
      "arn:aws:kms:eu-west-1:111122223333:deploy",
      "c.json:2:37 users[0].kmsKeyId: \"arn:aws:kms:eu-west-1:111122223333:deploy\" is no ARN of a KMS "
        + "key or alias, such as \"arn:aws:kms:eu-central-1:111122223333:alias/deploy\" [config-kms-key]"
    ),
    kms(
      "arn:aws-cn:kms:eu-west-1:111122223333:alias/deploy",
      "c.json:2:37 users[0].kmsKeyId: \"arn:aws-cn:kms:eu-west-1:111122223333:alias/deploy\": the region "
        + "eu-west-1 isn't in the partition aws-cn [config-kms-key]"),
    kms(
      "alias/aws/s3",
      "c.json:2:37 users[0].kmsKeyId: \"alias/aws/s3\" is AWS's own key for another service, which "
        + "Parameter Store can't use; leave kmsKeyId out for AWS's own key for Parameter Store "
        + "[config-kms-key]"),
    kms(
      home, in: "eu-west-2",
      "c.json:2:37 users[0].kmsKeyId: the key \(home) is in eu-west-1, the parameter in eu-west-2: "
        + "Parameter Store uses keys of its own region only; name a key or an alias of eu-west-2 "
        + "[config-kms-key]"),
    kms(
      home, with: abroad(""),
      "c.json:3:10 users[0].projections[0].name: the key \(home) is in eu-west-1, the parameter in "
        + "eu-west-3: Parameter Store uses keys of its own region only; give this projection a kmsKeyId "
        + "of its own, in eu-west-3 [config-kms-key]"),
    kms(
      uuid, with: abroad(""),
      "c.json:3:10 users[0].projections[0].name: the key \(uuid) is one of eu-west-1, the parameter is in "
        + "eu-west-3; give this projection a kmsKeyId of its own, in eu-west-3 [config-kms-key]"),
    kms(
      "alias/deploy", with: abroad(", \"kmsKeyId\": \"\(home)\""),
      "c.json:3:68 users[0].projections[0].kmsKeyId: the key \(home) is in eu-west-1, the parameter in "
        + "eu-west-3: Parameter Store uses keys of its own region only; name a key or an alias of "
        + "eu-west-3 [config-kms-key]"),
  ]

  /// A byte order mark is none of the text's; places are counted without it.
  @Test(arguments: [
    home, uuid, "alias/a/b_c-d", "alias/aws/ssm", "mrk-" + String(repeating: "0aF9", count: 8),
  ])
  func keysThatCanWork(_ id: String) throws {
    let projection = Self.abroad(", \"kmsKeyId\": \"alias/deploy\"").replacing("⏎", with: "")
    let json =
      "\u{FEFF}{\"region\": \"eu-west-1\", \"users\": [{\"name\": \"a\", \"kmsKeyId\": \"\(id)\"\(projection)}]}"
    #expect(throws: Never.self) { try Configuration.parse(Array(json.utf8), file: "c.json") }
    let wrong = "\u{FEFF}{\"users\": 1}"
    do {
      _ = try Configuration.parse(Array(wrong.utf8), file: "c.json")
      Issue.record("it was taken")
    } catch { #expect(error.description.hasPrefix("c.json:1:11 users: ")) }
  }

  @Test(arguments: notJSON + keys + values + names + projections + kmsKeys)
  func says(_ test: Case) {
    let failure = #expect(throws: ConfigurationFailure.self) {
      _ = try Configuration.parse(Array(test.json.utf8), file: "c.json")
    }
    #expect(failure?.description == test.message)
  }

  /// The largest files that are read at all, as bad as they can be: soon, and in little memory.
  static let longFiles: [(String, String)] = {
    let keys: [String] = (0..<20_000).map { "\"a\($0)\":1" }
    let users: [String] = (0..<6_000).map { "{\"name\":\"a\($0)\"}" }
    let same = [String](repeating: "\"a\":1", count: 20_000)
    let numbers = [String](repeating: "1", count: 50_000)
    return [
      ("{\(keys.joined(separator: ","))}", "more problems"),
      ("{\(same.joined(separator: ","))}", "more"),
      ("{\"\(String(repeating: "k", count: 257))\":1}", "no key is longer than 256 bytes"),
      ("{\"users\":[\(numbers.joined(separator: ","))]}", "at most 5000"),
      ("{\"users\":[\(users.joined(separator: ","))]}", "at most 5000"),
      ("\(String(repeating: " ", count: 1 << 20)){}", "larger than 1 MiB"),
    ]
  }()

  @Test(.timeLimit(.minutes(5)), arguments: longFiles.indices)
  func aLongFile(_ index: Int) {
    let (json, words) = Self.longFiles[index]
    let failure = #expect(throws: ConfigurationFailure.self) {
      _ = try Configuration.parse(Array(json.utf8), file: "c.json")
    }
    #expect(failure?.description.contains(words) ?? false)
    #expect(failure.map { $0.description.utf8.count < 100_000 } ?? false)
  }

  private static func projections(_ count: Int) -> String {
    let long = String(repeating: "long-", count: 60)
    let all = (0..<count).map { "{\"name\": \"/\(long)/{user}/\($0)\", \"format\": \"json\"}" }
    return "[⏎\(all.joined(separator: ",⏎"))⏎]"
  }

  /// The record keeps a version of each, whoever the users are and however long the names.
  @Test(arguments: [
    "{\"users\": [⏎{\"name\": \"d\", \"projections\": PROJECTIONS}]}",
    "{\"defaults\": {⏎\"projections\": PROJECTIONS}, \"users\": [{\"path\": \"/deploy/\"}]}",
  ])
  func moreProjectionsThanARecordHasRoomFor(_ template: String) throws {
    func parse(_ count: Int) throws {
      let json = template.split(separator: "PROJECTIONS").joined(separator: Self.projections(count))
        .split(separator: "⏎").joined(separator: "\n")
      _ = try Configuration.parse(Array(json.utf8), file: "c.json")
    }
    let most = try #require((1...100).last { (try? parse($0)) != nil })
    #expect(most >= 25 && most < 100)
    let failure = #expect(throws: ConfigurationFailure.self) { try parse(most + 1) }
    let problem = try #require(failure?.problems.first)
    #expect(failure?.problems.count == 1)
    #expect(problem.code == .recordTooLong && problem.place?.line == 2)
    #expect(problem.path.hasSuffix("projections"))
    #expect(problem.message.contains("\(most + 3) parameters show the key"))
    #expect(problem.message.contains("has room for \(most + 2)"))
  }

  @Test func namesEverythingAtOnce() {
    let json = "{\"users\": [{\"name\": \"a\", \"pair\": 1, \"settel\": \"1s\"}]}"
    let failure = #expect(throws: ConfigurationFailure.self) {
      _ = try Configuration.parse(Array(json.utf8), file: "c.json")
    }
    #expect(failure?.problems.map(\.path) == ["users[0].pair", "users[0].settel"])
  }
}
