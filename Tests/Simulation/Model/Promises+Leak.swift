internal import RotationPlanner

/// What a thief can do after the containment.
extension Promises {
  /// A run ended well that has made the key Inactive and seen that AWS refuses it.
  func checkThief() {
    if aws.stolenKeyWorks { fail("compromised: the thief's key is still accepted") }
  }

  /// Sessions outlive the key that made them; only the policy ends them. It was ordered, and a run
  /// says that it is done, or had all the time to do it.
  func checkRevoked() {
    for session in aws.stolenSessions {
      fail("revocation: the thief's session of \(session.issuedAt) still works")
    }
    if aws.denies(issuedAt: nil) {
      fail("revocation: the policy denies what a long-term key signs")
    }
  }

  /// The order is durable from the first key on that was made for it.
  func checkOwedRevocation() { if owesRevocation { checkRevoked() } }

  /// 36 hours later it denies nothing, and stands in nobody's way.
  func checkPolicyIsGone() {
    if !aws.policies.isEmpty { fail("revocation: its policy is left") }
  }

  /// Nobody's sessions are ended by the word of a record that somebody forged.
  func checkRevocation() {
    if !ordersRevocation { fail("10: sessions are revoked, which nobody has ordered") }
  }
}
