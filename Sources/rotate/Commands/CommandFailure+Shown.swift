internal import ArgumentParser
internal import RotationPlanner

extension CommandFailure {
  /// Says it on standard error, for commands that have no report.
  func shown(withDetails: Bool = false) -> ExitCode {
    Console.error("rotate: \(finding.message) [\(finding.code)]")
    if let remedy = finding.remedy { Console.error("what to do: \(remedy)") }
    if withDetails { for detail in details { Console.error("  passed over: \(detail)") } }
    return ExitCode(1)
  }
}
