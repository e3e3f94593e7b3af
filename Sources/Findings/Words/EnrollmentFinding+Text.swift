extension EnrollmentFinding {
  private static let again: Sentence = "run it again: it goes on from what is there"

  var text: FindingText {
    switch self {
    case .notConfigured(let user):
      FindingText(
        .mfaNotConfigured, .failed, "\(user) has no `session` with a `totpSeed` in a parameter",
        remedy: "add one to its entry in the configuration")

    case .deviceNotOfAccount(let user, let account, let partition):
      FindingText(
        .mfaNotConfigured, .failed,
        """
        \(user) has no `session` whose `mfaSerial` is a virtual device of account \(account) and \
        whose `totpSeed` is a parameter
        """,
        remedy: """
          put into its entry in the configuration: "session": {"mfaSerial": \
          "arn:\(partition):iam::\(account):mfa/\(user)", "totpSeed": {"parameter": \
          "/rotate/mfa/\(user)"}}, and run this again
          """)

    case .seedLost(let device, let user, let place):
      FindingText(
        .mfaSeedLost, .act, "\(device) is enabled for \(user), but \(place) doesn't hold its seed",
        remedy: """
          nobody can read a seed again: if no authenticator has it either, take the device away \
          (aws iam deactivate-mfa-device, delete-virtual-mfa-device) and enroll again
          """)

    case .deviceOfAnother(let device, let user):
      FindingText(
        .mfaDeviceOfAnother, .act, "\(device) is enabled for \(user ?? "somebody else")",
        remedy: "name another device in `mfaSerial`")

    case .deviceForeign(let device):
      FindingText(
        .mfaDeviceForeign, .act,
        "\(device) exists, is assigned to nobody, and isn't this program's",
        remedy: """
          delete it if nobody is about to enable it, or name another device in `mfaSerial`
          """)

    case .seedTaken(let place):
      FindingText(
        .mfaSeedTaken, .act, "\(place) holds something already, which is left as it is",
        remedy: "if nobody needs it, delete the parameter; or name another one in `totpSeed`")

    case .seedUnconfirmed(let place):
      FindingText(
        .mfaSeedUnconfirmed, .failed,
        "\(place) was put, but reading it back doesn't show the seed; the device isn't enabled",
        remedy: Self.again)

    case .codesRefused(let said):
      FindingText(
        .mfaCodesRefused, .failed, "AWS refuses the codes of the new device: \(said)",
        remedy: Self.again)

    case .strangeDevice(let made, let asked):
      FindingText(
        .mfaStrangeDevice, .failed, "IAM made \(made) where \(asked) was asked for",
        remedy: "correct `mfaSerial` (partition, account), and delete that device by hand")

    case .unfinishedRun(let user):
      FindingText(
        .unfinishedRun, .act, "an interrupted run has left something to be finished",
        remedy: "run `rotate --user \(user)` first")
    }
  }
}
