import FoundationEssentials
import LibCrypto
import SigV4

/// Signs what comes in, one JSON object a line, and prints each stage, so that a judge in another
/// language can compare them. Only for tests: it prints session tokens.
@main struct SigningJudge {
  static func main() throws {
    // One signer for each kind, so that its kept signing keys are judged, too.
    var signers: [String: Signer] = [:]
    while let line = readLine() {
      let input = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
      let kind = "\(input.region) \(input.service) \(input.signingSettings)"
      let signer =
        signers[kind]
        ?? Signer(
          region: input.region, service: input.service, settings: input.signingSettings)
      signers[kind] = signer
      let output = try JSONEncoder().encode(verdict(on: input, by: signer))
      print(String(decoding: output, as: UTF8.self))
    }
  }

  private static func verdict(on input: Case, by signer: Signer) -> Verdict {
    let secret = SecretBytes(copying: input.secretAccessKey)
    let token: SecretBytes? = input.sessionToken.map { SecretBytes(copying: $0) }
    do {
      return Verdict(
        try signer.sign(
          input.request, accessKeyId: input.accessKeyId, secretAccessKey: secret,
          sessionToken: token, date: SigningDate(secondsSinceEpoch: input.date)))
    } catch {
      return Verdict(error)
    }
  }
}
