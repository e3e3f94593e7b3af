package import RotationPlanner
package import struct FoundationEssentials.Date

/// All that the executor asks of AWS. The real one is bound to the clients; the simulation's is a
/// model with rules.
///
/// Reads may be repeated below this port. Changes are repeated there only after an answer which
/// proves that nothing was done, and the fence is asked before every single signing.
package protocol AWSPort: AnyObject {
  /// AWS's own time: the `Date` of its newest reply plus the time since. Nil before any reply.
  func now() -> Date?
  /// Why there is none, in words.
  var timeAbsence: String { get }
  /// Waits, by a clock that counts suspension. Where the run is to end, only for a moment.
  func sleep(_ duration: Duration)
  /// Whether the run is to end soon: nothing new is begun then.
  var isStopping: Bool { get }

  /// The three first reads, which go out together.
  func observe(user: String, parameters: [ParameterPlace]) -> FirstReads
  /// The user's keys, without what else the first reads bring.
  func keys(of user: String) throws(CallFailure) -> [AccessKey]
  /// The user's inline policy of this name, as JSON; nil where there is none.
  func inlinePolicy(_ name: String, user: String) throws(CallFailure) -> String?
  /// The caller's own identity, or that of the pair which signs, in a region (nil: the client's).
  func identity(signedBy pair: AccessKeyPair?, region: String?) throws(CallFailure)
    -> CallerIdentity
  /// That of temporary credentials, in the client's region.
  func identity(of session: SessionCredentials) throws(CallFailure) -> CallerIdentity
  func lastUsed(_ id: AccessKeyID) throws(CallFailure) -> AccessKeyLastUsed
  /// Nil where the parameter doesn't exist.
  func decrypted(_ place: ParameterPlace) throws(CallFailure) -> Parameter?
  /// One version of a parameter; nil where Parameter Store doesn't keep it any more.
  func decrypted(_ place: ParameterPlace, version: Int) throws(CallFailure) -> Parameter?
  /// All versions that Parameter Store keeps, oldest first, none decrypted: one that can't be would
  /// fail them all. Empty where there is no parameter.
  func history(_ name: String) throws(CallFailure) -> [Parameter]

  /// A session of the key that signs. AWS takes each code once, so it is sent once.
  func sessionToken(
    signedBy pair: AccessKeyPair, serialNumber: String, code: String, seconds: Int, fence: Fence
  ) throws(CallFailure) -> Done<SessionCredentials>
  /// Sent once, whatever happens.
  func createAccessKey(user: String, fence: Fence) throws(CallFailure)
    -> Done<CreatedAccessKey>
  func setStatus(_ status: AccessKeyStatus, of id: AccessKeyID, user: String, fence: Fence)
    throws(CallFailure) -> Done<Void>
  /// A key that doesn't exist any more counts as deleted, and the answer says whether it did; one of a
  /// user that doesn't exist doesn't.
  func deleteAccessKey(_ id: AccessKeyID, user: String, fence: Fence) throws(CallFailure)
    -> Done<Bool>
  /// Puts the user's inline policy of this name, or replaces it.
  func putInlinePolicy(_ name: String, _ document: String, user: String, fence: Fence)
    throws(CallFailure) -> Done<Void>
  /// A policy that doesn't exist any more counts as deleted.
  func deleteInlinePolicy(_ name: String, user: String, fence: Fence) throws(CallFailure)
    -> Done<Void>
  /// Puts all at once; the results, the new versions' numbers, stand in the same order.
  func put(_ writes: [ParameterWrite], fence: Fence) -> [Result<Done<Int>, CallFailure>]
}

extension AWSPort {
  package var timeAbsence: String { "AWS's replies carry no `Date`" }
}

/// Where a parameter stands.
package struct ParameterPlace: Hashable, Sendable {
  package var name: String
  /// Nil: the client's own region.
  package var region: String?

  package init(_ name: String, region: String? = nil) {
    self.name = name
    self.region = region
  }
}

/// What the first look at a user brings. Each part may fail by itself, and so may each parameter.
package struct FirstReads: Sendable {
  package var user: Result<ObservedUser, CallFailure>
  package var keys: Result<[AccessKey], CallFailure>
  /// Not decrypted. What doesn't exist is not in it.
  package var parameters: [ParameterPlace: Parameter]
  /// What could not be read.
  package var unread: [ParameterPlace: CallFailure]

  package init(
    user: Result<ObservedUser, CallFailure>, keys: Result<[AccessKey], CallFailure>,
    parameters: [ParameterPlace: Parameter], unread: [ParameterPlace: CallFailure] = [:]
  ) {
    self.user = user
    self.keys = keys
    self.parameters = parameters
    self.unread = unread
  }
}

/// The answer of `GetCallerIdentity`.
package struct CallerIdentity: Hashable, Sendable {
  package var arn: String
  package var account: String
  /// For an IAM user its `AIDA…` id.
  package var userId: String

  package init(arn: String, account: String, userId: String) {
    self.arn = arn
    self.account = account
    self.userId = userId
  }
}

/// A change that AWS has confirmed, with the id by which CloudTrail knows it.
package struct Done<Value: Sendable>: Sendable {
  package var value: Value
  package var requestId: String?

  package init(_ value: Value, requestId: String?) {
    self.value = value
    self.requestId = requestId
  }
}

/// The answer of `CreateAccessKey`.
package struct CreatedAccessKey: Sendable {
  package var pair: AccessKeyPair
  package var createdAt: Date

  package init(pair: AccessKeyPair, createdAt: Date) {
    self.pair = pair
    self.createdAt = createdAt
  }
}

extension AWSPort {
  package var isStopping: Bool { false }
}
