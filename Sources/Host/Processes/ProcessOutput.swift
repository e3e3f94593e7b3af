package import LibCrypto

/// What a program that ended has said.
package struct ProcessOutput: ~Copyable {
  /// The exit status; 128 + the signal's number for a program that was killed.
  package var status: Int32
  package var standardOutput: SecretBytes
  /// At most its first 4 KiB.
  package var standardError: String

  package init(status: Int32, standardOutput: consuming SecretBytes, standardError: String) {
    self.status = status
    self.standardOutput = standardOutput
    self.standardError = standardError
  }
}
