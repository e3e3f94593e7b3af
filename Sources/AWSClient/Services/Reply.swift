/// What a call that succeeded brought.
package struct Reply<Output: Sendable>: Sendable {
  package let output: Output
  /// AWS's id of the request that succeeded; of the last page of a listing.
  package let requestId: String?

  package init(_ output: Output, requestId: String?) {
    self.output = output
    self.requestId = requestId
  }
}
