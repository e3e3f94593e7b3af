/// Whether the record was found to be this program's word.
///
/// Whoever may put a parameter can put a record. So what it says of keys counts only with evidence
/// that its writer doesn't make: a proof under the published secret, or AWS's own word of who wrote
/// it. See "What the record's word is worth" in `docs/protocol.md`.
package enum Attestation: Sendable, Equatable {
  case proven
  case refuted
}

/// A version of the record that could not be shown to be this program's.
package struct ForeignWrite: Sendable, Hashable {
  /// Its number in the history of the parameter.
  package var version: Int
  /// Why it isn't believed, in words.
  package var why: String

  package init(version: Int, why: String) {
    self.version = version
    self.why = why
  }
}
