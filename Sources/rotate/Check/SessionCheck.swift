internal import AWSClient
internal import RotationExecutor
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// Whether MFA sessions can be made: the seeds, the devices, and how long what is published lasts.
/// A seed is read, parsed and wiped; nothing of it is shown, and no code is made of it.
struct SessionCheck {
  /// Those with sessions who are looked at closely.
  let users: [ManagedUser]
  /// How many have sessions.
  let all: Int
  let outcomes: [UserOutcome]
  let client: ServiceClient
  let environment: [String: String]
  /// AWS's time; nil: unknown.
  let now: Date?

  var lines: [CheckLine] { seeds + devices + published }

  private var rest: String {
    users.count < all ? "; only the first \(users.count) of \(all) were looked at" : ""
  }

  // MARK: Seeds

  private var seeds: [CheckLine] {
    let aws = AWSAdapter(client)
    var bad: [(user: String, finding: Finding)] = []
    var units: [(user: String, finding: Finding)] = []
    var sound = 0
    for user in users {
      guard let settings = user.session else { continue }
      let maker = SessionMaker(settings, aws: aws, seeds: HostSeeds(environment: environment))
      do throws(SessionMaker.Trouble) {
        _ = try maker.seed()
        sound += 1
      } catch {
        if case .credential = settings.seed, environment["CREDENTIALS_DIRECTORY"] == nil {
          units.append((user.name, error.finding))
        } else {
          bad.append((user.name, error.finding))
        }
      }
    }
    var lines = CheckLine.grouped(bad, "sessions")
    lines += CheckLine.grouped(units, "sessions").map(\.leftToTheUnit)
    guard sound > 0 else { return lines }
    let line = CheckLine(
      code: .checkSeeds, .ok, "sessions",
      "\(CheckWords.count(sound, "seed")) can be read and \(sound == 1 ? "is" : "are") sound"
        + rest)
    return [line] + lines
  }

  // MARK: Devices

  private var devices: [CheckLine] {
    var bad: [(user: String, finding: Finding)] = []
    var unseen: [String] = []
    var why = ""
    let replies = client.run(users.map { Call(IAM.listMFADevices(userName: $0.name)) })
    for (user, reply) in zip(users, replies) {
      guard let serial = user.session?.mfaSerial else { continue }
      switch reply {
      case .success(let found):
        guard !found.output.contains(where: { $0.serialNumber == serial }) else { continue }
        bad.append((user.name, .session(.deviceNotListed(serial, user: user.name))))
      case .failure(let failure):
        unseen.append(user.name)
        why = failure.code ?? failure.message
      }
    }
    var lines = CheckLine.grouped(bad, "sessions")
    if !unseen.isEmpty {
      lines.append(
        CheckLine(
          code: .checkDevices, .unknown, "sessions",
          "whether the MFA devices are enabled of \(CheckWords.list(unseen)) can't be read "
            + "(ListMFADevices: \(why))",
          remedy: "let the caller read it: `rotate policy --with-check`", users: unseen))
    }
    let sound = users.count - bad.count - unseen.count
    guard sound > 0 else { return lines }
    return [
      CheckLine(
        code: .checkDevices, .ok, "sessions",
        "\(CheckWords.count(sound, "MFA device")) \(sound == 1 ? "is" : "are") enabled\(rest)")
    ] + lines
  }

  // MARK: What is published

  private var published: [CheckLine] {
    guard let now else { return [] }
    var ends: [(user: String, at: Date)] = []
    var over: [(user: String, finding: Finding)] = []
    var none: [String] = []
    for outcome in outcomes {
      guard users.contains(where: { $0.name == outcome.user }), let plan = outcome.plan?.session
      else { continue }
      guard let end = plan.expiresAt else {
        none.append(outcome.user)
        continue
      }
      if end > now {
        ends.append((outcome.user, end))
      } else {
        over.append((outcome.user, .session(.ended(end, user: outcome.user))))
      }
    }
    var parts: [String] = []
    if let first = ends.min(by: { $0.at < $1.at }) {
      let which = ends.count == 1 ? "the session" : "of \(ends.count) sessions the first, that"
      parts.append(
        "\(which) of \(first.user) ends \(first.at.inWords), in \((first.at - now).inWords)")
    }
    if !none.isEmpty {
      parts.append("none is published yet for \(CheckWords.list(none)): the next run is to make it")
    }
    let lines = CheckLine.grouped(over, "sessions")
    guard !parts.isEmpty else { return lines }
    return [CheckLine(code: .checkSessions, .ok, "sessions", parts.joined(separator: "; "))]
      + lines
  }
}
