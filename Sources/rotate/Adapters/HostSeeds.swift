internal import AWSClient
internal import Glibc
internal import Host
package import LibCrypto
internal import OneTimePassword
package import RotationExecutor

/// The seeds of MFA devices that this host keeps: systemd's credentials, and files that nobody else
/// can read.
package struct HostSeeds: LocalSeeds {
  /// `$CREDENTIALS_DIRECTORY`, which systemd gives a service with `LoadCredential=`.
  private let credentials: String?

  package init(environment: [String: String]) {
    credentials = environment["CREDENTIALS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
  }

  package func read(_ source: SeedSource) throws(SeedFailure) -> SecretBytes {
    switch source {
    case .file(let path):
      let remedy = "keep it as a file of mode 0600 of root or of the user that runs rotate"
      // What is wrong with the file itself is judged by what was opened.
      if let weakness = TrustPolicy().weakness(of: path), weakness.path != path {
        throw SeedFailure(
          "the seed \(path) is not used: \(weakness.path) \(weakness.reason)",
          remedy: weakness.remedy)
      }
      return try read(path, remedy) { status in
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
          return "it belongs to another user"
        }
        return status.st_mode & 0o7777 & ~0o600 == 0
          ? nil : "others may read or change it: its mode is more than 0600"
      }
    case .credential(let name):
      let remedy = "give the service LoadCredential=\(name):/path/of/the/seed"
      guard let credentials else {
        throw SeedFailure(
          "there is no systemd credential \(name): CREDENTIALS_DIRECTORY is not set",
          remedy: remedy)
      }
      // systemd guards that directory; the files in it carry its own modes.
      return try read("\(credentials)/\(name)", remedy) { _ in nil }
    case .parameter(let name):
      throw SeedFailure("the parameter \(name) is not on this host", remedy: "")
    }
  }

  /// What is judged is what was opened. A link isn't followed: it could lead to what anybody made.
  private func read(
    _ path: String, _ remedy: String, fault: (stat) -> String?
  ) throws(SeedFailure) -> SecretBytes {
    func failure(_ reason: String) -> SeedFailure {
      SeedFailure("the seed \(path) is not used: \(reason)", remedy: remedy)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else {
      throw failure(errno == ELOOP ? "it is a symbolic link" : String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw failure("it is no regular file")
    }
    if let fault = fault(status) { throw failure(fault) }
    do throws(FileFailure) {
      return try Descriptor.readAll(descriptor, limit: TOTPSeed.longestText)
    } catch { throw failure(error.reason) }
  }
}
