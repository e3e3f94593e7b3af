/// The headers that signing sets, and the one that it must not miss.
enum SignedHeaderName {
  static let authorization = "Authorization"
  static let contentHash = "X-Amz-Content-SHA256"
  static let date = "X-Amz-Date"
  static let host = "Host"
  static let securityToken = "X-Amz-Security-Token"
}
