/// Who is to be looked at, and whether the configuration lets them be.
package enum SelectionFinding: Hashable, Sendable {
  /// By that file; with the nearest name, and some of those that are managed.
  case notManaged(String, file: String, nearest: String?, managed: [String])
  /// Nobody can tell more.
  case unknown(String)
  case nobodySelected
  case noSessions
  /// A group can't be read, and those without an entry of their own may be in it.
  case groupUnread(others: [String])
  /// Found at run time; the place in the file, where it is known.
  case misconfigured(FindingCode, at: String?, why: String, advice: String)
  case duplicateName(String, of: String, and: String)
  /// `rotate audit verify --anchors` without a file.
  case noConfiguration
}
