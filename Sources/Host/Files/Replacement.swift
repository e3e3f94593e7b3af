internal import CLinux
internal import Glibc
internal import LibCrypto

/// The file that takes another's place once it is complete. Until then it has a name of its own, that
/// tells whose it is, and a lock that ends with the process.
final class Replacement {
  private let directory: Int32
  private let target: String
  private let name: String
  private let descriptor: Int32
  private var isInPlace = false

  /// The directory must outlive it.
  init(of target: String, in directory: Int32) throws(FileFailure) {
    self.directory = directory
    self.target = target
    name = Self.prefix(target) + SecureRandom.id().prefix(12)
    descriptor = openat(
      directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("a new file can't be made beside it") }
    // Nobody else has reason to hold it.
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
  }

  deinit {
    guard descriptor >= 0 else { return }
    if !isInPlace { unlinkat(directory, name, 0) }
    close(descriptor)
  }

  /// Takes over owner, group, mode and access list, before anything is written. Where there is
  /// nothing to take over, the file is its directory's owner's: what root put there for itself, the
  /// service could neither read nor replace.
  func take(
    after old: StandingFile?, in place: borrowing TrustedDirectory
  ) throws(FileFailure) {
    guard let old else {
      guard place.owner != geteuid(), geteuid() == 0 else { return }
      guard fchown(descriptor, place.owner, place.group) == 0 else {
        throw .system("it can't be given to its directory's owner")
      }
      return
    }
    let status = old.status
    let isSame = status.st_uid == geteuid() && status.st_gid == getegid()
    guard fchown(descriptor, status.st_uid, status.st_gid) == 0 || isSame,
      fchmod(descriptor, status.st_mode & 0o777) == 0
    else { throw .system("its owner, group and mode can't be kept") }
    guard rotate_copy_access_list(old.descriptor, descriptor) == 0 else {
      throw .system("its access list can't be kept")
    }
  }

  /// Takes this mode, or that of the regular file which it replaces. Where it can't be had, the file
  /// stays its owner's alone.
  func take(mode: mode_t, keepingOld: Bool) {
    var old = stat()
    let isOld =
      keepingOld && fstatat(directory, target, &old, AT_SYMLINK_NOFOLLOW) == 0
      && old.st_mode & S_IFMT == S_IFREG
    fchmod(descriptor, isOld ? old.st_mode & 0o666 | 0o600 : mode)
  }

  func write(_ bytes: borrowing SecretBytes) throws(FileFailure) {
    let descriptor = descriptor
    guard bytes.withUnsafeBytes({ Descriptor.write($0, to: descriptor) }), fsync(descriptor) == 0
    else { throw .system("it can't be written") }
  }

  func takePlace() throws(FileFailure) {
    guard renameat(directory, name, directory, target) == 0 else {
      throw .system("it can't be replaced")
    }
    isInPlace = true
    // So that a power cut can't bring the old key back. Some file systems know no sync of a directory.
    let opened = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return }
    fsync(opened)
    close(opened)
  }

  /// What a run that was killed has left: it holds a secret, and nobody needs it.
  static func removeLeftovers(of target: String, in directory: Int32) {
    let opened = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return }
    guard let listing = fdopendir(opened) else {
      close(opened)
      return
    }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasPrefix(prefix(target)) else { continue }
      let left = openat(
        directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      guard left >= 0 else { continue }
      // A living run holds its lock.
      if flock(left, LOCK_EX | LOCK_NB) == 0 { unlinkat(directory, name, 0) }
      close(left)
    }
  }

  private static func prefix(_ target: String) -> String { ".\(target).rotate-" }
}
