internal import Reports
internal import Configuration
internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import RotationExecutor
internal import RotationPlanner

/// `rotate audit show`.
struct AuditListing {
  private let command: AuditCommand.Show

  init(_ command: AuditCommand.Show) { self.command = command }

  func present() throws {
    let filter = AuditFilter(
      user: command.user, accessKeyId: command.key, runId: command.runId, since: try since())
    guard command.limit > 0 else { throw ValidationError("--limit must be at least 1") }
    let paths = try AuditCommand.paths(command.log.files, config: command.log.config)
    let page: AuditReader.Page
    do throws(AuditFailure) {
      page = try AuditReader(paths: paths).newest(matching: filter, limit: command.limit)
    } catch { throw CommandFailure(reading: error).shown() }
    switch command.format {
    case .json:
      for entry in page.entries { Console.out(String(decoding: entry.line, as: UTF8.self) + "\n") }
    case .text: Console.out(table(page.entries))
    }
    if page.hasMore { Console.error("(there are older ones: --limit \(command.limit * 10))") }
    if page.unreadableLines > 0 {
      Console.error(
        "(\(page.unreadableLines) lines are no entries: `rotate audit verify` says more)")
    }
  }

  private func since() throws -> Date? {
    guard let text = command.since else { return nil }
    if let back = DurationText.parse(text) { return Date() + .zero - back.inSeconds }
    if let date = try? Date(text, strategy: .iso8601) { return date }
    if let day = try? Date(text, strategy: .iso8601.year().month().day()) { return day }
    throw ValidationError(
      "--since \(text): write a duration back such as 7d, or a UTC time such as "
        + "2026-01-31 or 2026-01-31T10:00:00Z")
  }

  private func table(_ entries: [AuditEntry]) -> String {
    guard !entries.isEmpty else { return "no entry matches\n" }
    var table = TextTable(
      header: ["NO", "TIME", "USER", "KEY", "ACTION", "RESULT"], sentenceHeader: "DETAIL",
      rightAligned: [0], givingWay: [2, 4])
    for entry in entries {
      let result = entry.result?.rawValue ?? "intent"
      let request = entry.requestId.map { "request \($0)" }
      let colour: TextStyle.Colour? =
        switch entry.result {
        case nil: .dim
        case .ok: .green
        case .failed: .red
        case .unknown: .yellow
        }
      table.rows.append(
        TextTable.Row(
          cells: [
            .init("\(entry.sequence)"), .init(entry.time.formatted(.iso8601)),
            .init(entry.user ?? "-"), .init(entry.accessKeyId ?? "-"), .init(entry.action),
            .init(result, colour),
          ],
          sentence: [entry.detail, request].compactMap { $0 }.joined(separator: ", ")))
    }
    return table.render(TextStyle(descriptor: 1, environment: ConnectionOptions.environment))
  }
}

extension AuditCommand {
  /// The files that were named, else this host's.
  static func paths(_ named: [String], config: String?) throws -> [String] {
    guard named.isEmpty else { return named }
    var connection = ConnectionOptions()
    connection.config = config
    let configuration = try connection.loadConfiguration()
    let path = AuditLocation.path(configuration, environment: ConnectionOptions.environment)
    let files = AuditLocation.files(path)
    guard files.count > 1 || access(path, F_OK) == 0 || errno != ENOENT else {
      throw CommandFailure(.host(.noAuditLog(path: path))).shown()
    }
    return files
  }
}
