/// Reads entries for people. Each entry's own hash is checked, the chain isn't: `AuditVerifier`.
package struct AuditReader {
  private let files: [any AuditStorage]

  /// - Parameter files: one log's files, the oldest first.
  package init(_ files: [any AuditStorage]) { self.files = files }

  /// The same for paths.
  package init(paths: [String]) throws(AuditFailure) {
    var files: [AuditFile] = []
    for path in paths { files.append(try AuditFile.openToRead(path)) }
    self.files = files
  }

  /// Some entries, oldest first.
  package struct Page: Sendable {
    package var entries: [AuditEntry] = []
    /// Lines that are no entries, torn or damaged, among those that were read.
    package var unreadableLines = 0
    /// Whether more match than were asked for.
    package var hasMore = false
  }

  /// The first `limit` entries that match and come after the one numbered `after`.
  package func page(
    matching filter: AuditFilter = AuditFilter(), after sequence: Int = 0, limit: Int
  ) throws(AuditFailure) -> Page {
    var page = Page()
    page.unreadableLines = try forEach { entry in
      guard entry.sequence > sequence, filter.matches(entry) else { return true }
      page.hasMore = page.entries.count >= limit
      if !page.hasMore { page.entries.append(entry) }
      return !page.hasMore
    }
    return page
  }

  /// The last `limit` entries that match, read from the end on: what is older costs nothing.
  package func newest(
    matching filter: AuditFilter = AuditFilter(), limit: Int
  ) throws(AuditFailure) -> Page {
    var page = Page()
    for file in files.reversed() {
      var lines = AuditLinesBackward(file, from: try file.size())
      while let line = try lines.next() {
        guard line.isWhole, let entry = try? AuditEntry(line: line.bytes) else {
          page.unreadableLines += 1
          continue
        }
        guard filter.matches(entry) else { continue }
        page.hasMore = page.entries.count >= limit
        if page.hasMore { break }
        page.entries.append(entry)
      }
      if page.hasMore { break }
    }
    page.entries.reverse()
    return page
  }

  /// - Parameter body: says whether to go on.
  /// - Returns: the number of lines that are no entries.
  private func forEach(_ body: (AuditEntry) -> Bool) throws(AuditFailure) -> Int {
    var unreadable = 0
    for file in files {
      var lines = AuditLineReader(file)
      while let line = try lines.next() {
        if line.startsLine, line.endsLine, let entry = try? AuditEntry(line: line.bytes) {
          guard body(entry) else { return unreadable }
        } else if line.startsLine {
          unreadable += 1
        }
      }
    }
    return unreadable
  }
}
