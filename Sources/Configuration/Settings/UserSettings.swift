package import RotationExecutor
package import RotationPlanner

/// What `defaults`, or one entry of `users`, says about users. Every part may be left out.
package struct UserSettings: Sendable {
  var rotateEvery: Configured<Duration>?
  var gracePeriod: Configured<Duration>?
  var quietPeriod: Configured<Duration>?
  var soakPeriod: Configured<Duration>?
  var maxKeyAge: Configured<Duration>?
  var settle: Configured<Duration>?
  /// With the placeholders `{user}`, `{account}` and `{path}`.
  package var parameterPath: Configured<String>?
  package var pair: Configured<Bool>?
  package var kmsKeyId: Configured<String>?
  package var verify = VerifySettings()
  package var projections: Configured<[ProjectionSettings]>?
  /// Whose user it is: named where people are told.
  var owner: Configured<String>?
  /// Those of `notify.channels` that are told; nil: all.
  var channels: Configured<[Configured<String>]>?
  package var session: Configured<SessionEntry>?

  package struct VerifySettings: Sendable {
    package var regions: Configured<[String]>?
    var successes: Configured<Int>?
    var interval: Configured<Duration>?
    var timeout: Configured<Duration>?
  }

  package init() {}

  /// These settings where they say something, the others where they don't. `verify` is merged key
  /// by key, `projections` and `session` are replaced as a whole.
  func over(_ base: UserSettings) -> UserSettings {
    var result = UserSettings()
    result.rotateEvery = rotateEvery ?? base.rotateEvery
    result.gracePeriod = gracePeriod ?? base.gracePeriod
    result.quietPeriod = quietPeriod ?? base.quietPeriod
    result.soakPeriod = soakPeriod ?? base.soakPeriod
    result.maxKeyAge = maxKeyAge ?? base.maxKeyAge
    result.settle = settle ?? base.settle
    result.parameterPath = parameterPath ?? base.parameterPath
    result.pair = pair ?? base.pair
    result.kmsKeyId = kmsKeyId ?? base.kmsKeyId
    result.verify.regions = verify.regions ?? base.verify.regions
    result.verify.successes = verify.successes ?? base.verify.successes
    result.verify.interval = verify.interval ?? base.verify.interval
    result.verify.timeout = verify.timeout ?? base.verify.timeout
    result.projections = projections ?? base.projections
    result.owner = owner ?? base.owner
    result.channels = channels ?? base.channels
    result.session = session ?? base.session
    return result
  }

  package var policy: Policy {
    var policy = Policy()
    if let rotateEvery { policy.rotateEvery = rotateEvery.value }
    if let gracePeriod { policy.gracePeriod = gracePeriod.value }
    if let quietPeriod { policy.quietPeriod = quietPeriod.value }
    if let soakPeriod { policy.soakPeriod = soakPeriod.value }
    if let maxKeyAge { policy.maxKeyAge = maxKeyAge.value }
    if let settle { policy.settle = settle.value }
    policy.session = session?.value.duration
    return policy
  }

  package var verification: Verification {
    var verification = Verification()
    if let regions = verify.regions { verification.regions = regions.value }
    if let successes = verify.successes { verification.successes = successes.value }
    if let interval = verify.interval { verification.interval = interval.value }
    if let timeout = verify.timeout { verification.timeout = timeout.value }
    return verification
  }
}
