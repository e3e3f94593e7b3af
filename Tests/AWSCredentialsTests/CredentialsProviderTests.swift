import AWSCredentials
import AWSClient
import FoundationEssentials
import LibCrypto
import Testing

/// Credentials that are renewed every time they are asked for, and the clock.
private final class Source: Sendable {
  struct State {
    var now = Date(timeIntervalSince1970: 1_800_000_000)
    var renewals = 0
    var lifetime: Double = 3600
    var isBroken = false
  }

  let state = Locked(State())

  func credentials() -> Credentials {
    state.withLock {
      Credentials(
        accessKeyId: "ASIA\($0.renewals)", secretAccessKey: SecretBytes(copying: "secret"),
        expiration: $0.now.addingTimeInterval($0.lifetime), source: "test")
    }
  }

  func provider() -> CredentialsProvider {
    let resolution = CredentialChain.Resolution(
      credentials: credentials(), provider: "test", tried: [],
      renew: {
        self.state.withLock { $0.renewals += 1 }
        return self.state.withLock { $0.isBroken }
          ? .failure(CredentialFailure(.containerFailed, source: "test", "gone", remedy: "wait"))
          : .success(self.credentials())
      })
    return CredentialsProvider(resolution, now: { self.state.withLock { $0.now } })
  }

  func pass(_ minutes: Double) {
    state.withLock { $0.now += minutes * 60 }
  }

  var renewals: Int { state.withLock { $0.renewals } }
}

@Suite struct CredentialsProviderTests {
  @Test func renewsInTheLastQuarter() throws {
    let source = Source()
    let provider = source.provider()
    source.pass(44)
    #expect(try provider.current().accessKeyId == "ASIA0")
    source.pass(2)
    #expect(try provider.current().accessKeyId == "ASIA1")
    #expect(try provider.current().accessKeyId == "ASIA1")
    #expect(source.renewals == 1)
  }

  @Test func aFailureIsPutUpWithUntilTheLastTenMinutes() throws {
    let source = Source()
    let provider = source.provider()
    source.state.withLock { $0.isBroken = true }
    source.pass(46)
    #expect(try provider.current().accessKeyId == "ASIA0")
    #expect(try provider.current().accessKeyId == "ASIA0")
    #expect(source.renewals == 1, "a broken source is asked once a minute")
    source.pass(5)
    #expect(throws: CredentialFailure.self) { try provider.current() }
    source.state.withLock { $0.isBroken = false }
    #expect(try provider.current().accessKeyId == "ASIA3")
  }

  @Test func shortLivedOnesAreNotRenewedAtEachUse() throws {
    let source = Source()
    source.state.withLock { $0.lifetime = 300 }
    let provider = source.provider()
    for _ in 0..<10 { #expect(try provider.current().accessKeyId == "ASIA1") }
    source.pass(2)
    #expect(try provider.current().accessKeyId == "ASIA2")
  }

  @Test func credentialsWithoutAnEndStay() throws {
    let credentials = Credentials(
      accessKeyId: "AKIA", secretAccessKey: SecretBytes(copying: "secret"), source: "test")
    let provider = CredentialsProvider(
      .init(credentials: credentials, provider: "test", tried: []) { fatalError("renewed") },
      now: { .distantFuture })
    #expect(try provider.current() === credentials)
  }

  @Test func manyThreadsCauseOneRenewal() async throws {
    let source = Source()
    let provider = source.provider()
    source.pass(55)
    await withTaskGroup(of: String?.self) { group in
      for _ in 0..<16 { group.addTask { try? provider.current().accessKeyId } }
      for await id in group { #expect(id == "ASIA1") }
    }
    #expect(source.renewals == 1)
  }
}
