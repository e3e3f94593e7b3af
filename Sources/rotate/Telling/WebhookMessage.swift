internal import Reports
internal import Configuration
internal import FoundationEssentials

/// A bulletin as JSON, schema 1. Within it keys may be added, never renamed or removed.
struct WebhookMessage: Encodable {
  struct Event: Encodable {
    var event: NoticeEvent
    var severity: FindingReport.Severity
    var code: String
    var user: String?
    var owner: String?
    var title: String
    var text: String
    var remedy: String?
    var keys: [String]
    var requestId: String?
  }

  let schema = 1
  /// Of this delivery: a receiver that sees it twice knows it.
  var id: String
  var at: Date
  var version: String
  var host: String
  var account: String?
  var runId: String?
  var title: String
  var severity: FindingReport.Severity
  var events: [Event]

  private enum CodingKeys: String, CodingKey {
    case schema, id, at, version, host, account, runId, title, severity, events
  }

  init(_ bulletin: Bulletin, id: String) {
    self.id = id
    at = bulletin.at
    version = bulletin.version
    host = bulletin.host
    account = bulletin.account
    runId = bulletin.runId
    title = bulletin.title
    severity = bulletin.severity
    events = bulletin.notices.map {
      Event(
        event: $0.event, severity: $0.severity, code: $0.code, user: $0.user, owner: $0.owner,
        title: $0.title, text: $0.text, remedy: $0.remedy, keys: $0.keys,
        requestId: $0.requestId)
    }
  }

  var bytes: [UInt8] {
    Array(JSONText.escaped((try? JSONEncoder.telling.encode(self)) ?? Data()).utf8)
  }
}
