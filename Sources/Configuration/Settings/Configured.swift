/// A value of the configuration, with the place that a message about it should name.
package struct Configured<Value: Sendable>: Sendable {
  package var value: Value
  package var place: FilePlace
  package var path: String

  init(_ value: Value, at node: JSONNode) {
    self.value = value
    place = node.place
    path = node.path
  }

  package init(_ value: Value, place: FilePlace, path: String) {
    self.value = value
    self.place = place
    self.path = path
  }

  /// A part of a setting, or what was made of one, at the same place.
  init<Other>(_ value: Value, like other: Configured<Other>) {
    self.value = value
    place = other.place
    path = other.path
  }

  func problem(_ code: ConfigurationProblem.Code, _ message: String) -> ConfigurationProblem {
    ConfigurationProblem(code, place, path, message)
  }
}
