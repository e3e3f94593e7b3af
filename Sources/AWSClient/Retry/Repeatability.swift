/// Whether an operation may be sent again. Each operation declares it.
package enum Repeatability: Sendable, Equatable {
  /// A read, or a change that comes to the same when it is done twice.
  case always
  /// Each execution counts: only after proof that the one before was not executed.
  case onlyIfNotExecuted
}
