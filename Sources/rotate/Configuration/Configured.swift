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

  init(_ value: Value, place: FilePlace, path: String) {
    self.value = value
    self.place = place
    self.path = path
  }

  func problem(_ code: ConfigurationProblem.Code, _ message: String) -> ConfigurationProblem {
    ConfigurationProblem(code, place, path, message)
  }
}
