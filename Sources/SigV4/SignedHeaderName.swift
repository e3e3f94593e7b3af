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
    case 4 where HTTPText.equal(name, "host"): self = .host
    case 10 where HTTPText.equal(name, "x-amz-date"): self = .date
    case 13 where HTTPText.equal(name, "authorization"): self = .authorization
    case 20 where HTTPText.equal(name, "x-amz-content-sha256"): self = .contentHash
    case 20 where HTTPText.equal(name, "x-amz-security-token"): self = .securityToken
    default: return nil
    }
  }
}
