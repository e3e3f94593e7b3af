/// One section of a configuration file.
package struct IniSection: Sendable {
  package var name: String
  package var settings: [String: Setting] = [:]
}
