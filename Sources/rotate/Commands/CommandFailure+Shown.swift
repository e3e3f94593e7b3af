internal import Reports
internal import Configuration
internal import ArgumentParser
internal import RotationPlanner

extension CommandFailure {
  /// Says it on standard error, for commands that have no report.
  func shown(withDetails: Bool = false) -> ExitCode {
    Console.error("rotate: \(PrintableText.clean(finding.message)) [\(finding.code)]")
    if let remedy = finding.remedy { Console.error("what to do: \(PrintableText.clean(remedy))") }
    if withDetails {
      for detail in details { Console.error("  passed over: \(PrintableText.clean(detail))") }
    }
    return ExitCode(1)
  }
}
