/// What is the matter with a place that shows the published key.
package enum CopyFinding: Hashable, Sendable {
  /// A superseded key is kept, since `copies` may still show it.
  case notUpdated(Stale, superseded: AccessKeyID, kept: String)
  /// A key that was replaced as compromised may still stand there.
  case showsLeakedKey(Stale, leaked: [AccessKeyID])
  case misfit(Misfit, user: String)
  /// A compromised key can't be replaced, since `credentials` itself is a misfit.
  case compromisedBehindMisfit(AccessKeyID, isActive: Bool, user: String)

  /// A local file that can't be read or written.
  case file(String, why: String)
  /// A session token stood in that file, and made the key useless.
  case sessionTokenRemoved(file: String)

  /// Copies that have not been given the published key.
  package struct Stale: Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
      /// The next run writes them.
      case passing
      /// A type is in the way.
      case type
      /// The last write was refused.
      case refused
    }

    package var names: [String]
    package var cause: Cause
    /// Nil where none is published.
    package var published: AccessKeyID?

    package init(names: [String], cause: Cause, published: AccessKeyID?) {
      self.names = names
      self.cause = cause
      self.published = published
    }
  }
}
