/// Why a call to AWS gave no result.
package struct CallFailure: Error, Sendable, Equatable {
  /// What AWS may have done with it. Only a proof that it did nothing counts as `notExecuted`.
  package enum Execution: String, Sendable {
    case notExecuted, unknown
  }

  /// The API operation's own name, such as `CreateAccessKey`.
  package var operation: String
  /// AWS's error code; nil where no answer came.
  package var code: String?
  /// What happened and what to do about it, in words. Never a secret.
  package var message: String
  package var requestId: String?
  package var execution: Execution
  /// The fence refused to sign: the lease is nearly over.
  package var fenced: Bool
  /// Set where a value can't be decrypted, and asking again won't change that.
  package var decryption: DecryptionRefusal?
  /// AWS said no, and says it again until somebody changes something: a missing permission, a type,
  /// a label, a key of KMS. Not so a throttle, or an answer that never came.
  package var lasts: Bool

  package init(
    operation: String, code: String? = nil, message: String, requestId: String? = nil,
    execution: Execution, fenced: Bool = false, decryption: DecryptionRefusal? = nil,
    lasts: Bool = false
  ) {
    self.operation = operation
    self.code = code
    self.message = message
    self.requestId = requestId
    self.execution = execution
    self.fenced = fenced
    self.decryption = decryption
    self.lasts = lasts
  }

  /// Why a value can't be decrypted for good, with AWS's words.
  package enum DecryptionRefusal: Sendable, Equatable {
    /// Its KMS key is deleted, about to be, or disabled: nobody can.
    case keyUnusable(String)
    /// This caller may not use its KMS key.
    case notPermitted(String)

    var reason: String {
      switch self {
      case .keyUnusable(let why), .notPermitted(let why): why
      }
    }
  }
}
