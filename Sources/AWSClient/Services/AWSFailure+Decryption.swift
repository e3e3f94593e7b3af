extension AWSFailure {
  /// Why Parameter Store can't decrypt a value, where another try won't change that.
  package enum DecryptionRefusal: Sendable, Equatable {
    /// The KMS key is deleted, about to be, or disabled: nobody can. With AWS's words.
    case keyUnusable(String)
    /// The caller may not use the KMS key. With AWS's words.
    case notPermitted(String)
  }

  /// Nil where something else failed, or where KMS may do it at the next try.
  ///
  /// Parameter Store wraps KMS's own error: `InvalidKeyId`, with `… is pending deletion. (Service:
  /// AWSKMS; Status Code: 400; Error Code: KMSInvalidStateException; …)` behind it; and
  /// `AccessDeniedException`, with KMS's words about the ciphertext or IAM's about `kms:Decrypt`.
  package var decryptionRefusal: DecryptionRefusal? {
    guard kind == .refused, service == .ssm, operation.hasPrefix("GetParameter") else { return nil }
    let words = message.firstRange(of: " (Service: ").map { String(message[..<$0.lowerBound]) }
    let why = "\(code ?? ""): \(words ?? message)"
    switch code {
    case "InvalidKeyId", "KMSInvalidStateException", "DisabledException":
      return isPassing ? nil : .keyUnusable(why)
    case "AccessDeniedException", "AccessDenied":
      let isOfKMS = ["kms:Decrypt", "AWSKMS", "The ciphertext refers to"].contains {
        message.contains($0)
      }
      return isOfKMS ? .notPermitted(why) : nil
    default: return nil
    }
  }

  /// KMS is in trouble, or its key store is, or the key is just being made: that ends by itself.
  private var isPassing: Bool {
    let inner = message.split(separator: "Error Code: ").dropFirst().first?
      .prefix { $0.isLetter || $0.isNumber }
    let passing = [
      "KMSInternalException", "DependencyTimeoutException", "KeyUnavailableException",
      "ThrottlingException", "LimitExceededException", "InternalFailure",
    ]
    if let inner, passing.contains(String(inner)) { return true }
    return ["is unavailable", "is creating", "is updating"].contains {
      message.lowercased().contains($0)
    }
  }
}
