/// The headers that signing sets or reads.
enum SignedHeaderName: String {
  case authorization = "Authorization"
  case contentHash = "X-Amz-Content-SHA256"
  case date = "X-Amz-Date"
  case host = "Host"
  case securityToken = "X-Amz-Security-Token"

  /// The one of this name, whatever its case.
  init?(_ name: String) {
    // Lengths first, which tell most names apart at once.
    switch name.utf8.count {
    case 4 where Self.host.isName(name): self = .host
    case 10 where Self.date.isName(name): self = .date
    case 13 where Self.authorization.isName(name): self = .authorization
    case 20 where Self.contentHash.isName(name): self = .contentHash
    case 20 where Self.securityToken.isName(name): self = .securityToken
    default: return nil
    }
  }

  private func isName(_ name: String) -> Bool {
    HTTPText.equal(rawValue.utf8Span.span, name.utf8Span.span)
  }
}
