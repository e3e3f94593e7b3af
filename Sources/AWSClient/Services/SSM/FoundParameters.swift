extension SSM {
  package struct FoundParameters: Sendable {
    package let parameters: [Parameter]
    /// The names that don't exist.
    package let invalidParameters: [String]
  }
}
