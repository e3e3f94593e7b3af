internal import AWSClient
internal import Host
internal import LibCrypto

/// The file that node_exporter's textfile collector reads.
enum MetricsFile {
  private static let largest = 16 << 20

  static func read(_ path: String) -> MetricsText {
    do {
      let file = SharedSecret(try SystemFiles().read(path, limit: largest))
      return MetricsText(
        reading: file.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
    } catch { return MetricsText() }
  }

  /// Replaces it as a whole, readable by everybody: the collector is another user. What is being
  /// written has a name that the collector doesn't read. Nil where it was written; else why not.
  static func write(_ metrics: MetricsText, to path: String) -> String? {
    do throws(FileFailure) { try SystemFiles().publish(path, Array(metrics.text.utf8)) } catch {
      return error.reason
    }
    return nil
  }
}
