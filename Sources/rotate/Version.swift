/// What `--version` prints and reports carry.
package enum Version {
  package static let current = "0.1.0"
}
