internal import Reports
internal import Configuration
internal import AWSCredentials
internal import AWSClient
internal import ArgumentParser
internal import FoundationEssentials
internal import RotationExecutor
internal import RotationPlanner

struct WhoAmICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whoami",
    abstract: "Show whose credentials are used, where they were found, and what was tried first.",
    usage: "rotate whoami [options]")

  @Option(help: "The form of the answer.")
  var format = AnswerFormat.text

  @OptionGroup var connection: ConnectionOptions

  /// The answer. It names no secret.
  private struct Answer: Codable {
    struct Tried: Codable { let source: String, reason: String }

    var arn: String
    var account: String
    var userId: String
    var accessKeyId: String
    var provider: String
    var source: String
    var expiration: Date?
    /// Left out where none is set.
    var region: String?
    var regionSource: String
    /// What was passed over, in order.
    var tried: [Tried]
    /// What others could change of the files and programs that led to them.
    var warnings: [String]
  }

  private static let noRegion =
    "no region is set, and most commands need one; set --region, AWS_REGION, or `region` in the "
    + "configuration or the profile"

  func run() throws {
    let configuration = try connection.loadConfiguration()
    do throws(CommandFailure) {
      let session = try connection.session(configuration, worksWithoutRegion: true)
      let isRegionSet = session.region != AWSSession.noRegion
      let identity = try session.identity(session.makeClient())
      let resolution = session.credentials.resolution
      show(
        Answer(
          arn: identity.arn, account: identity.account, userId: identity.userId,
          accessKeyId: resolution.credentials.accessKeyId, provider: resolution.provider,
          source: resolution.credentials.source, expiration: resolution.credentials.expiration,
          region: isRegionSet ? session.region : nil, regionSource: session.regionSource,
          tried: resolution.tried.map { .init(source: $0.source, reason: $0.reason) },
          warnings: session.findings.map { finding in
            finding.message + (finding.remedy.map { "; \($0)" } ?? "")
          } + (isRegionSet ? [] : [Self.noRegion])))
    } catch {
      throw error.shown(withDetails: true)
    }
  }

  private func show(_ answer: Answer) {
    switch format {
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.dateEncodingStrategy = .iso8601
      Console.out(JSONText.escaped((try? encoder.encode(answer)) ?? Data()) + "\n")
    case .text:
      var lines = [
        "identity     \(answer.arn)", "account      \(answer.account)",
        "user id      \(answer.userId)", "access key   \(answer.accessKeyId)",
        "found in     \(answer.source)",
        "valid until  \(answer.expiration?.inWords ?? "no end")",
        "region       \(answer.region.map { "\($0) (\(answer.regionSource))" } ?? answer.regionSource)",
      ]
      if !answer.tried.isEmpty { lines.append("passed over before it:") }
      lines += answer.tried.map { "  \($0.source): \($0.reason)" }
      lines += answer.warnings.map { "warning      \($0)" }
      Console.out(lines.map { PrintableText.clean($0) + "\n" }.joined())
    }
  }
}
