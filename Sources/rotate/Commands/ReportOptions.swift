internal import Reports
internal import Configuration
internal import AWSClient
internal import ArgumentParser
internal import Findings
internal import Glibc
internal import Host
internal import LibCrypto

extension ReportFormat: ExpressibleByArgument {}

/// What is told, and where.
struct ReportOptions: ParsableArguments {
  @Option(help: "The form of the report.")
  var format = ReportFormat.text

  @Option(
    help: ArgumentHelp(
      "Write the report there, replaced as a whole; a new file has mode 0600.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Print only when somebody must act.")
  var quiet = false

  func validate() throws {
    guard let output else { return }
    // Found out before anything is changed, not after.
    let directory = output.lastIndex(of: "/").map { output[...$0] } ?? "."
    guard access(String(directory), W_OK) == 0 else {
      throw ValidationError(
        "--output \(output): \(String(cString: strerror(errno))): \(directory) must be a directory "
          + "that can be written")
    }
    // Replacing /dev/stdout would be a surprise.
    var status = stat()
    guard lstat(output, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw ValidationError("--output \(output): it stands there already and is no regular file")
    }
  }

  func present(_ report: Report) throws {
    if let output {
      do throws(FileFailure) {
        // No report holds a secret. But it tells who has which key, so only somebody's own chmod
        // opens the file to others.
        try SystemFiles().replace(
          output, with: SecretBytes(copying: format.render(report, style: .plain)),
          keepsMode: true)
      } catch {
        throw Self.unwritten("\(output): \(error.reason)")
      }
      return
    }
    if quiet && report.exitCode == 0 { return }
    // A report of nothing but a failure is a message for people, not a table.
    let isMessage = format == .text && report.users.isEmpty
    let descriptor = isMessage ? STDERR_FILENO : STDOUT_FILENO
    let style = TextStyle(descriptor: descriptor, environment: ConnectionOptions.environment)
    let text = format.render(report, style: style)
    guard isMessage ? Console.write(Array(text.utf8), descriptor) : Console.out(text) else {
      Console.forgetLoss()
      throw Self.unwritten("standard output")
    }
  }

  /// What was done is done, and stands elsewhere as well.
  private static func unwritten(_ place: String) -> ExitCode {
    CommandFailure(.host(.output(.report(to: place)))).shown()
  }
}
