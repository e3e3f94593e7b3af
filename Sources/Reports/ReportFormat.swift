/// The forms that a report can take.
package enum ReportFormat: String, Sendable, CaseIterable {
  case text, json, markdown, html

  package func render(_ report: Report, style: TextStyle) -> String {
    switch self {
    case .text: TextReport(report, style: style).text
    case .json: JSONReport.text(report)
    case .markdown: MarkdownReport(report).text
    case .html: HTMLReport(report).text
    }
  }
}
