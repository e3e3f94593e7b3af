internal import LibCrypto

/// How many requests went out, by operation. Shared by all threads of a run.
package final class CallCounters: Sendable {
  package struct Name: Hashable, Sendable {
    package var service: Service
    package var operation: String
  }

  package struct Count: Sendable, Equatable {
    /// Every request, those that were sent again included.
    package var sent = 0
    package var retried = 0
    /// That AWS refused since there were too many.
    package var throttled = 0
  }

  private let counts = Locked<[Name: Count]>([:])

  package init() {}

  package var all: [Name: Count] { counts.value }

  func sent(_ service: Service, _ operation: String, isRetry: Bool) {
    counts.withLock { counts in
      let name = Name(service: service, operation: operation)
      counts[name, default: Count()].sent += 1
      if isRetry { counts[name, default: Count()].retried += 1 }
    }
  }

  func throttled(_ service: Service, _ operation: String) {
    counts.withLock { counts in
      counts[Name(service: service, operation: operation), default: Count()].throttled += 1
    }
  }
}
