package import AWSClient
internal import LibCrypto
package import struct FoundationEssentials.Date

/// Credentials for a whole run: found once, renewed before they end. Shared by all threads.
///
/// Within the advisory window one thread renews while the others go on with what they have, and a
/// failure is put up with; within the mandatory one everybody waits for the renewal, and its
/// failure is everybody's.
package final class CredentialsProvider: Sendable {
  /// Between two renewals, in seconds, while the credentials are good: some sources hand out
  /// credentials that are shorter than the windows.
  private static let retryInterval: Double = 60

  private struct State {
    var credentials: Credentials
    var nextTry: Date
  }

  /// Where the credentials were found, and what was passed over.
  package let resolution: CredentialChain.Resolution
  private let now: @Sendable () -> Date
  private let state: Locked<State>
  /// Held by the thread that renews.
  private let renewal = PosixMutex()

  package init(
    _ resolution: CredentialChain.Resolution, now: @escaping @Sendable () -> Date
  ) {
    self.resolution = resolution
    self.now = now
    state = Locked(State(credentials: resolution.credentials, nextTry: .distantPast))
  }

  /// Credentials that are good for the next minutes.
  package func current() throws(CredentialFailure) -> Credentials {
    let state = self.state.value
    guard let left = left(state), left < RenewalWindow.advisory else { return state.credentials }
    if left > 0 && now() < state.nextTry { return state.credentials }
    if left < RenewalWindow.mandatory {
      renewal.lock()
    } else if !renewal.tryLock() {
      return state.credentials
    }
    defer { renewal.unlock() }
    return try renew()
  }

  /// Runs with `renewal` held. Another thread may have been quicker.
  private func renew() throws(CredentialFailure) -> Credentials {
    var state = self.state.value
    guard let left = left(state), left < RenewalWindow.advisory else { return state.credentials }
    if left > 0 && now() < state.nextTry { return state.credentials }
    switch resolution.renew() {
    case .success(let renewed): state.credentials = renewed
    case .failure(let failure):
      if left < RenewalWindow.mandatory { throw failure }
    }
    state.nextTry = now().addingTimeInterval(Self.retryInterval)
    self.state.value = state
    return state.credentials
  }

  private func left(_ state: State) -> Double? {
    state.credentials.expiration?.timeIntervalSince(now())
  }
}
