internal import Glibc
package import LibCrypto

/// The host's files.
package struct SystemFiles: FileStore {
  package init() {}

  package func read(_ path: String, limit: Int) throws(FileFailure) -> SecretBytes {
    var status = stat()
    // Where it can't even be seen (a home behind ProtectHome), SDKs take it for missing, too. So
    // they do with what is no regular file: AWS_CONFIG_FILE=/dev/null switches the file off.
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .missing }
    return try Self.read(path, limit: limit, flags: O_NONBLOCK)
  }

  /// The whole of a file that is no secret, or of a pipe to its end.
  /// - Parameter limit: in bytes.
  package func readOpen(_ path: String, limit: Int) throws(FileFailure) -> [UInt8] {
    try Self.read(path, limit: limit, flags: 0).withUnsafeBytes { Array($0) }
  }

  private static func read(
    _ path: String, limit: Int, flags: Int32
  ) throws(FileFailure) -> SecretBytes {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | flags)
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR ? .missing : .system(errno)
    }
    defer { close(descriptor) }
    return try Descriptor.readAll(descriptor, limit: limit)
  }

  package func replace(
    _ path: String, with bytes: borrowing SecretBytes
  ) throws(FileFailure) {
    try replace(path, with: bytes, keepsMode: false)
  }

  /// `keepsMode`: whoever may read and write the file that is replaced may do so with the new one.
  /// For files without secrets only.
  package func replace(
    _ path: String, with bytes: borrowing SecretBytes, keepsMode: Bool
  ) throws(FileFailure) {
    Self.makeDirectories(above: path)
    try Self.replace(path, with: bytes, keepsMode: keepsMode, mode: 0o600)
  }

  /// The same for what is no secret and read by others. The directory has to be there.
  package func publish(_ path: String, _ bytes: [UInt8]) throws(FileFailure) {
    try Self.replace(path, with: SecretBytes(copying: bytes), keepsMode: false, mode: 0o644)
  }

  private static func replace(
    _ path: String, with bytes: borrowing SecretBytes, keepsMode: Bool, mode: mode_t
  ) throws(FileFailure) {
    let file = try behindLinks(path)
    let folder = open(Self.folder(of: file), __O_PATH | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw .system(errno) }
    defer { close(folder) }
    let name = String(file[(file.lastIndex(of: "/").map(file.index(after:)) ?? file.startIndex)...])
    Replacement.removeLeftovers(of: name, in: folder)
    let new = try Replacement(of: name, in: folder)
    new.take(mode: mode, keepingOld: keepsMode)
    try new.write(bytes)
    try new.takePlace()
  }

  /// Where a file stands: `.` for a bare name.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The file that a symbolic link leads to: renaming over the link would leave the file behind it
  /// as it was, and whoever reads that by its own name with a key that stops working.
  private static func behindLinks(_ path: String) throws(FileFailure) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw .unreadable("it is a symbolic link of user \(status.st_uid)'s")
    }
    guard let real = realpath(path, nil) else { throw .system(errno) }
    defer { free(real) }
    return String(cString: real)
  }

  /// What can't be made is told by the failure to make the file.
  private static func makeDirectories(above path: String) {
    for index in path.indices.dropFirst() where path[index] == "/" {
      mkdir(String(path[..<index]), 0o700)
    }
  }
}
