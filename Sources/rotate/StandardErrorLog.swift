internal import Logging

/// `--verbose`: what the calls say about themselves, a line each, to standard error.
struct StandardErrorLog: LogHandler {
  var logLevel = Logger.Level.debug
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    Console.error("\(event.level): \(event.message)\(details)")
  }

  static func logger(verbose: Bool) -> Logger {
    Logger(label: "rotate") { _ in
      if verbose { StandardErrorLog() } else { SwiftLogNoOpLogHandler() }
    }
  }
}
