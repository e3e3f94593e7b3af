package import struct FoundationEssentials.Date

/// What is the matter with a user's MFA session, its seed, or its device.
package enum SessionFinding: Hashable, Sendable {
  /// Where the seed is, in words.
  case seedUnreadable(String, why: String)
  /// What stands there is none.
  case seedUnsound(String, why: String, device: String)
  case seedMissing(parameter: String)
  case seedInClear(parameter: String)
  /// Of a local source, by whoever reads it.
  case seedRefused(why: String, advice: String)
  /// The step of the code, by AWS's clock, and where the seed is.
  case codeRefused(device: String, step: Date, said: String, seed: String)
  /// With AWS's words.
  case deviceNotEnabled(String, said: String)
  /// As IAM lists them.
  case deviceNotListed(String, user: String)
  case ended(Date, user: String)
  case keyRefused(said: String)
  case clockRefused(said: String)
  case failed(operation: String, said: String)
  case unusable(why: String)
  case tooLarge
  case unconfirmed(parameter: String)
  case noTimeLeft
}
