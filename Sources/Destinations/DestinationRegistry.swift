package import RotationExecutor
package import RotationPlanner

/// All kinds of destinations that this program knows. A new one is one file, and a line here.
package final class DestinationRegistry: ProjectionFiles {
  /// What the program itself is run with.
  package static let known: [any Destination] = [LocalFile()]

  /// For each look and each write of one place.
  private static let timeLimit = Duration.seconds(30)

  private let kinds: [String: any Destination]

  package init(_ kinds: [any Destination] = known) {
    self.kinds = Dictionary(kinds.map { ($0.kind, $0) }) { _, last in last }
  }

  private func kind(_ place: DestinationPlace) throws(ProjectionFailure) -> any Destination {
    guard let kind = kinds[place.kind] else {
      throw ProjectionFailure("there is no destination of the kind \"\(place.kind)\"")
    }
    return kind
  }

  package func keyId(in place: DestinationPlace) throws(ProjectionFailure) -> AccessKeyID? {
    try kind(place).look(at: place, within: Self.timeLimit)?.id
  }

  package func check(_ place: DestinationPlace) throws(ProjectionFailure) {
    try kind(place).check(place, within: Self.timeLimit)
  }

  package func write(
    _ pair: AccessKeyPair, to place: DestinationPlace
  ) throws(ProjectionFailure) -> Set<ProjectionNote> {
    try kind(place).write(pair, to: place, within: Self.timeLimit).notes
  }
}
