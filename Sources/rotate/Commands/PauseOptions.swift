internal import Configuration
internal import ArgumentParser
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// Why rotations are to stop, and until when.
struct PauseOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Why; every report shows it.", valueName: "text"))
  var reason: String?

  @Option(
    help: ArgumentHelp(
      "Until when, in UTC: 2027-03-01, or 2027-03-01T08:00Z (default: until `rotate resume`).",
      valueName: "date"))
  var until: String?

  var untilDate: Date? { until.flatMap { DateText.parse($0) } }

  func validate() throws {
    if let reason, let problem = Pause.problem(withReason: reason) {
      throw ValidationError("--reason: \(problem)")
    }
    if let until, untilDate == nil {
      throw ValidationError(
        "--until \(until): not a date; 2027-03-01 or 2027-03-01T08:00Z is one")
    }
  }
}
