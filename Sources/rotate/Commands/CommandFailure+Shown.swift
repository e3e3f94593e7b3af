internal import ArgumentParser
internal import Glibc
internal import RotationPlanner

extension CommandFailure {
  /// Says it on standard error, for commands that have no report.
  func shown() -> ExitCode {
    Console.error("rotate: \(finding.message) [\(finding.code)]")
    if let remedy = finding.remedy { Console.error("what to do: \(remedy)") }
    return ExitCode(1)
  }
}
