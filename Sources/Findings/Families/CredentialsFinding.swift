/// The program's own credentials, or what `rotate credentials` was asked for, can't be had.
package enum CredentialsFinding: Hashable, Sendable {
  /// No source is configured. `isLookedFor`: some were tried, which `rotate whoami` shows.
  case none(source: String, why: String, advice: String, isLookedFor: Bool)
  /// A source is, but broken.
  case broken(source: String, why: String, advice: String, isLookedFor: Bool)
  case notPublished(user: String, parameter: String, region: String)
  case notPublishedForSession(user: String)
  case damaged(parameter: String, why: String, user: String)
  case noSession(user: String)
  /// A session can't be made: AWS's answers don't give what it takes.
  case noSessionFromAWS
}
