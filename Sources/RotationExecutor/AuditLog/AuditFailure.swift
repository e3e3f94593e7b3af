internal import Glibc

/// Why the audit log, or the lock beside it, can't be used. Without it nothing may be changed in
/// AWS.
package struct AuditFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Code: String, Sendable {
    case noDirectory
    case symbolicLink
    case notAFile
    case hardLink
    case wrongOwner
    case writableByOthers
    case cannotOpen
    case cannotRead
    case cannotWrite
    case diskFull
    case cannotSync
    /// An earlier sync in this process failed.
    case distrusted
    /// The newest entry is not as it was written.
    case damaged
    /// Somebody else wrote to the file, cut it or removed it during the run.
    case changedUnderneath
    case entryTooLong
    case lockHeld
  }

  package var code: Code
  /// The file.
  package var path: String
  /// What was being done, and what went wrong.
  package var problem: String
  /// What the person can do about it.
  package var advice: String

  package init(_ code: Code, _ path: String, _ problem: String, advice: String) {
    self.code = code
    self.path = path
    self.problem = problem
    self.advice = advice
  }

  package var description: String { "\(path): \(problem). \(advice)" }

  /// From the `errno` of a call that just failed.
  static func system(
    _ code: Code, _ path: String, _ doing: String, _ error: Int32 = errno, advice: String
  ) -> AuditFailure {
    AuditFailure(code, path, "\(doing): \(String(cString: strerror(error)))", advice: advice)
  }
}
