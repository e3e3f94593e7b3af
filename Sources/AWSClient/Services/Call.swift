/// An operation together with how this one call of it differs from the client's habits.
package struct Call<Output: Sendable>: Sendable {
  package var operation: Operation<Output>
  /// Sign with these instead, as when a new key is proved.
  package var credentials: Credentials?
  /// Another region than the client's.
  package var region: String?
  /// Asked before every signing.
  package var fence: SigningFence?

  package init(
    _ operation: Operation<Output>, credentials: Credentials? = nil, region: String? = nil,
    fence: SigningFence? = nil
  ) {
    self.operation = operation
    self.credentials = credentials
    self.region = region
    self.fence = fence
  }
}
