import Glibc
import LibCrypto
import SigV4
import Testing

@Suite struct ConcurrentSigningTests {
  /// More secrets and days than the signer keeps keys for, so that keys are derived, dropped and
  /// wiped while other threads sign with them.
  @Test func oneSignerOnManyThreads() throws {
    let jobs = (0..<24).map { Job(secret: "secret\($0 % 4)", day: $0 % 3, body: [UInt8($0)]) }
    let alone = try jobs.map { try $0.sign(with: Signer(region: "us-east-1", service: "sts")) }
    #expect(Set(alone).count == jobs.count)
    let signer = Signer(region: "us-east-1", service: "sts")
    let different = Locked<[Int]>([])
    let threads = (0..<8).map { first in
      startThread {
        for turn in 0..<(20 * jobs.count) {
          let number = (turn * 5 + first * 3) % jobs.count  // each thread begins elsewhere
          if (try? jobs[number].sign(with: signer)) != alone[number] {
            different.withLock { $0.append(number) }
          }
        }
      }
    }
    for thread in threads { pthread_join(thread, nil) }
    #expect(different.withLock { $0 } == [])
  }

  /// A thread of its own for each: a pool would run no more than there are processors.
  private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, Unmanaged.passRetained(Box(body: body)).toOpaque())
    precondition(status == 0, "a thread could not be started")
    return thread
  }

  private final class Box {
    let body: @Sendable () -> Void
    init(body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private struct Job: Sendable {
    let secret: String
    let day: Int
    let body: [UInt8]

    func sign(with signer: Signer) throws -> String {
      try signer.sign(
        SignableRequest(
          method: "POST", url: "https://sts.us-east-1.amazonaws.com/", payload: .bytes(body)),
        accessKeyId: "AKIDEXAMPLE", secretAccessKey: SecretBytes(copying: secret),
        date: SigningDate(secondsSinceEpoch: Double(1_800_000_000 + 86_400 * day))
      ).signature
    }
  }
}
