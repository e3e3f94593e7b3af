/// A finding in words: what happened and why, what to do, and how it counts.
package struct FindingText: Hashable, Sendable {
  package var code: FindingCode
  package var severity: Finding.Severity
  package var message: Sentence
  /// What the person can do about it.
  package var remedy: Sentence?

  package init(
    _ code: FindingCode, _ severity: Finding.Severity, _ message: Sentence,
    remedy: Sentence? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.remedy = remedy
  }
}
