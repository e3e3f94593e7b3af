import AWSCredentials
import AWSClient
import LibCrypto
import Testing

/// A world, and what the chain must make of it.
struct Situation: Sendable, CustomTestStringConvertible {
  enum Expected: Sendable {
    /// The access key id and the provider.
    case found(String, by: String)
    /// The code, and words that the message must hold.
    case failed(CredentialFailure.Code, String)
  }

  var name: String
  var world: ScriptedWorld
  var providers = ProviderRegistry.standard
  var expected: Expected

  init(_ name: String, _ expected: Expected, _ edit: (inout ScriptedWorld) -> Void) {
    self.name = name
    self.expected = expected
    world = ScriptedWorld()
    edit(&world)
  }

  var testDescription: String { name }

  /// Searches, compares, and looks for the secrets in everything that is shown to people.
  func check() {
    let (context, log) = world.context()
    var shown = ""
    do throws(CredentialFailure) {
      let resolution = try CredentialChain(
        CredentialsWorld(context), providers: providers
      ).resolve()
      let credentials = resolution.credentials
      shown = "\(credentials.source) \(resolution.tried)"
      if case .found(let id, let provider) = expected {
        #expect(credentials.accessKeyId == id)
        #expect(resolution.provider == provider)
        let isSame = SecretBytes.equal(
          credentials.secretAccessKey, SecretBytes(copying: ScriptedWorld.secrets[0]))
        #expect(isSame)
      } else {
        Issue.record("found \(credentials.accessKeyId) by \(resolution.provider)")
      }
    } catch {
      shown = "\(error)"
      if case .failed(let code, let words) = expected {
        #expect(error.code == code)
        #expect(shown.contains(words), "\(shown)")
      } else {
        Issue.record("\(error)")
      }
      #expect(!error.remedy.isEmpty)
    }
    #expect(log.problems == [])
    for secret in ScriptedWorld.secrets {
      #expect(!shown.contains(secret) && !shown.contains(secret.prefix(12)))
    }
  }
}
