import AWSCredentials
internal import AWSClient
internal import FoundationEssentials
internal import Glibc

/// Reads configuration files and splits words, one JSON array to one JSON object at a time:
/// `["files", CONFIG, CREDENTIALS]`, `["words", TEXT]`, or a time: `["timestamp", TEXT]`,
/// `["date", TEXT]` (the header).
enum Parsing {
  struct Answer: Encodable {
    var profiles: [String: [String: Value]]?
    var ssoSessions: [String: [String: Value]]?
    var services: [String: [String: Value]]?
    var words: [String]?
    /// In seconds since 1970.
    var time: Double?
    var error: String?
  }

  enum Value: Encodable {
    case text(String)
    case nested([String: String])

    init?(_ setting: Setting) {
      switch setting.value {
      case .text(let text): self = .text(text)
      case .nested(let settings): self = .nested(settings)
      case .secret, .continuedSecret: return nil
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .nested(let settings): try container.encode(settings)
      }
    }
  }

  static func run() throws {
    while let line = readLine() {
      let question = try JSONDecoder().decode([String].self, from: Data(line.utf8))
      let answer =
        switch question[0] {
        case "words": words(question[1])
        case "timestamp": Answer(time: Timestamp.parse(question[1])?.timeIntervalSince1970)
        case "date":
          Answer(time: HTTPDate.parse(question[1], now: Date())?.timeIntervalSince1970)
        default: files(question[1], question[2])
        }
      print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
      // Standard output is a pipe: it would wait for more.
      fflush(nil)
    }
  }

  private static func words(_ text: String) -> Answer {
    do throws(ShellWords.Failure) {
      return Answer(words: try ShellWords.split(text))
    } catch {
      return Answer(error: "\(error)")
    }
  }

  private static func files(_ config: String, _ credentials: String) -> Answer {
    let context = ProviderContext.system(
      environment: ["AWS_CONFIG_FILE": config, "AWS_SHARED_CREDENTIALS_FILE": credentials],
      shared: CredentialsJudge.shared())
    do throws(CredentialFailure) {
      let configuration = try SharedConfiguration.load(context)
      func values(_ sections: [String: [String: Setting]]) -> [String: [String: Value]] {
        sections.mapValues { $0.compactMapValues(Value.init) }
      }
      return Answer(
        profiles: values(configuration.profiles), ssoSessions: values(configuration.ssoSessions),
        services: values(configuration.services))
    } catch {
      return Answer(error: "\(error)")
    }
  }
}
