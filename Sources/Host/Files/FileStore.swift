package import LibCrypto

/// The files that credentials stand in.
package protocol FileStore: Sendable {
  /// The whole file. Files of credentials hold secrets, so the bytes are wiped after use.
  func read(_ path: String, limit: Int) throws(FileFailure) -> SecretBytes
  /// Puts a file in place of the one there, atomically and readable by its owner alone, as are the
  /// directories that are missing. Where a symbolic link stands, the file that it leads to.
  func replace(_ path: String, with bytes: borrowing SecretBytes) throws(FileFailure)
}
