internal import Glibc
package import LibCrypto

/// The host's own disk. A file is replaced in one step and keeps its mode, owner, group and access
/// list; a new one has mode 0600.
///
/// Whatever another user could have slipped in is refused: their symbolic links, hard links, a file or
/// directory that others can write, an owner who has no business there.
package final class SystemFileEditor: FileEditor {
  /// In bytes.
  private static let limit = 1 << 20
  /// How often a change by somebody else, made at the same moment, is met by starting over.
  private static let rounds = 3

  package init() {}

  package func read(_ path: String) throws(FileFailure) -> SharedSecret? {
    guard let directory = try TrustedDirectory.of(file: path, creating: false) else { return nil }
    return try StandingFile.open(in: directory)?.content(limit: Self.limit)
  }

  package func check(_ path: String) throws(FileFailure) {
    guard let directory = try TrustedDirectory.of(file: path, creating: false) else { return }
    _ = try StandingFile.open(in: directory)
    guard faccessat(directory.descriptor, ".", W_OK | X_OK, AT_EACCESS) == 0 else {
      throw .system("its directory can't be written")
    }
  }

  package func update(
    _ path: String, _ edit: (SharedSecret?) throws(FileFailure) -> SharedSecret
  ) throws(FileFailure) {
    guard let directory = try TrustedDirectory.of(file: path, creating: true) else {
      throw FileFailure.unreadable("its directory is gone")
    }
    Replacement.removeLeftovers(of: directory.fileName, in: directory.descriptor)
    for _ in 0..<Self.rounds {
      let old = try StandingFile.open(in: directory)
      let content = try old?.content(limit: Self.limit)
      let wanted = try edit(content)
      if let content, SecretBytes.equal(content.bytes, wanted.bytes) { return }
      let fresh = try Replacement(of: directory.fileName, in: directory.descriptor)
      try fresh.take(after: old, in: directory)
      try fresh.write(wanted.bytes)
      guard StandingFile.isUnchanged(old, in: directory) else { continue }
      return try fresh.takePlace()
    }
    throw FileFailure.unreadable("somebody else keeps changing it")
  }
}
