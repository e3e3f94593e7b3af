internal import struct FoundationEssentials.Date

extension SessionFinding {
  var text: FindingText {
    switch self {
    case .seedUnreadable(let place, let why):
      FindingText(
        .sessionSeed, .failed, "\(place) can't be read: \(why)",
        remedy: "allow ssm:GetParameter for it, and kms:Decrypt for its key")

    case .seedUnsound(let place, let why, let device):
      FindingText(
        .sessionSeed, .failed, "\(place) holds no seed: \(why)",
        remedy: "put the base32 text there that AWS showed for the device \(device)")

    case .seedMissing(let name):
      FindingText(
        .sessionSeed, .failed, "there is no parameter \(name), which should hold the device's seed",
        remedy: "`rotate mfa enroll` makes a device and puts its seed there")

    case .seedInClear(let name):
      FindingText(
        .sessionSeed, .failed, "\(name) is a String: everybody who may read it has the seed",
        remedy: "make a new device, whose seed goes into a SecureString, and delete this one")

    case .seedRefused(let why, let advice):
      FindingText(.sessionSeed, .failed, "\(why)", remedy: "\(advice)")

    case .codeRefused(let device, let step, let said, let seed):
      FindingText(
        .sessionCodeRefused, .failed,
        """
        AWS refuses the code of the device \(device) for the 30 seconds from \(step) by AWS's \
        clock: \(said)
        """,
        remedy: """
          if somebody else used the same code, the next run does better; otherwise \(seed) holds \
          another device's seed: enroll a new device
          """)

    case .deviceNotEnabled(let device, let said):
      FindingText(
        .sessionDevice, .failed,
        "the device \(device) isn't enabled for this user: \(said)",
        remedy: "compare `mfaSerial` with `aws iam list-mfa-devices`; `rotate mfa enroll` makes one"
      )

    case .deviceNotListed(let device, let user):
      FindingText(
        .sessionDevice, .failed, "the device \(device) isn't enabled for this user",
        remedy: """
          `rotate mfa enroll --user \(user)` makes a virtual one; or compare `mfaSerial` with `aws \
          iam list-mfa-devices`
          """)

    case .ended(let end, let user):
      FindingText(
        .checkSessions, .act, "the published session ended \(end), and nothing has renewed it",
        remedy: """
          `rotate sessions --user \(user)` makes another one, or says what is wrong; see that \
          rotate-sessions.timer is active
          """)

    case .keyRefused(let said):
      FindingText(
        .sessionKeyRefused, .failed, "STS doesn't know the published key (yet): \(said)",
        remedy: "nothing at first: after a rotation the next run does better")

    case .clockRefused(let said):
      FindingText(
        .sessionClock, .failed, "the time is not AWS's, and codes depend on it: \(said)",
        remedy: "see whether a proxy delays calls or answers with old `Date` headers")

    case .failed(let operation, let said):
      FindingText(
        .sessionFailed, .failed, "\(operation): \(said)",
        remedy: "the session before stays published while it lasts; the next run tries again")

    case .unusable(let why):
      FindingText(
        .sessionUnusable, .failed, "the new session was not published: \(why)",
        remedy: "the session before stays published while it lasts; the next run tries again")

    case .tooLarge:
      FindingText(
        .sessionTooLarge, .failed, "the session doesn't fit into a Standard parameter of 4 KB",
        remedy: "tell the maintainers: AWS's session tokens are shorter")

    case .unconfirmed(let parameter):
      FindingText(
        .sessionUnconfirmed, .failed,
        "`\(parameter)` was put, but reading it back doesn't show the new session",
        remedy: "nothing: the next run makes another one")

    case .noTimeLeft:
      FindingText(
        .sessionNoTime, .failed,
        "the rest of this run took so long that no time is left for the session",
        remedy: "nothing: the session before lasts on, and the next run makes the new one")
    }
  }
}
