internal import Glibc
package import Host
package import LibCrypto
package import RotationPlanner

/// The host's files and programs as the search for credentials sees them. It remembers what was
/// read and run, for whoever could change that could choose whose credentials sign.
///
/// No SDK minds, so neither does this program: it says so, and goes on.
package final class FilesRead: FileStore, ProcessRunner {
  private let files: any FileStore
  private let processes: any ProcessRunner
  private let paths = Locked<[String]>([])

  package init(_ files: any FileStore, _ processes: any ProcessRunner) {
    self.files = files
    self.processes = processes
  }

  package func read(_ path: String, limit: Int) throws(FileFailure) -> SecretBytes {
    let content = try files.read(path, limit: limit)
    remember(path)
    return content
  }

  package func replace(_ path: String, with bytes: borrowing SecretBytes) throws(FileFailure) {
    try files.replace(path, with: bytes)
  }

  package func run(_ request: ProcessRequest) throws(ProcessFailure) -> ProcessOutput {
    if let program = Self.program(request) { remember(program) }
    return try processes.run(request)
  }

  /// One for each place that others could change, however many files it is about.
  package var findings: [Finding] {
    var found: [TrustWeakness] = []
    for path in paths.value {
      if let weakness = TrustPolicy().weakness(of: path), !found.contains(weakness) {
        found.append(weakness)
      }
    }
    return found.map { weakness in
      .host(
        .credentialsWritable(
          path: weakness.path, reason: weakness.reason, advice: weakness.remedy))
    }
  }

  private func remember(_ path: String) {
    paths.withLock { if !$0.contains(path) { $0.append(path) } }
  }

  /// Where the system will find the program: by its path, else in `PATH`.
  private static func program(_ request: ProcessRequest) -> String? {
    guard let name = request.arguments.first, !name.contains("/") else {
      return request.arguments.first
    }
    let folders = (request.environment["PATH"] ?? "/bin:/usr/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}
