internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// The version of `credentials` that holds the published key.
struct CommittedVersion {
  var version: Int
  /// AWS's time of it, in whole seconds: numbers begin at 1 again where the parameter is put anew.
  var at: Date?

  init(_ parameter: Parameter) {
    version = parameter.version
    at = parameter.modifiedAt.wholeSeconds
  }

  /// The one that was seen.
  init(_ observation: Observation) {
    version = observation.credentialsVersion ?? 0
    at = observation.credentialsModifiedAt?.wholeSeconds
  }
}
