/// What `metrics` says: a file for the textfile collector of Prometheus's node_exporter.
package struct MetricsSettings: Sendable {
  package var textfile: Configured<String>
  package var isRequired = false
}
