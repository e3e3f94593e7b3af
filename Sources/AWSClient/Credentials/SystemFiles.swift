internal import CLinux
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
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(errno) }
    defer { close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 16)
    var count = 0
    defer {
      // `SecretBytes` is what wipes; this copy must go, too.
      if let base = buffer.baseAddress { explicit_bzero(base, count) }
      buffer.deallocate()
    }
    while count <= limit {
      let got = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), limit + 1 - count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .system(errno) }
      if got == 0 {
        return SecretBytes(copying: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
      count += got
    }
    throw .tooLarge(limit: limit)
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
    let draft = try FileDraft.open(for: file)
    try bytes.withUnsafeBytes { (bytes) throws(FileFailure) in
      try draft.replace(file, with: bytes, keepsMode: keepsMode, mode: mode)
    }
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
