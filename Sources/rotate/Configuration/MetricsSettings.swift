/// What `metrics` says: a file for the textfile collector of Prometheus's node_exporter.
package struct MetricsSettings: Sendable {
  var textfile: Configured<String>
  var isRequired = false
}
