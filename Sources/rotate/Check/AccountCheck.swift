internal import Configuration
internal import AWSCredentials
internal import AWSClient
internal import Destinations
internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// What AWS has to have for a run, found out by reads alone.
final class AccountCheck {
  /// Users whose parameters and permissions are asked for one by one.
  static let closely = 25
  /// For looking at all users; those that are left then are told.
  static let timeLimit = Duration.seconds(60)

  let configuration: Configuration
  let asked: [String]
  let session: AWSSession
  let client: ServiceClient
  private(set) var lines: [CheckLine] = []
  private var identity: STS.CallerIdentity?
  private var users: [ManagedUser] = []
  private var outcomes: [UserOutcome] = []
  /// IAM's own ARN of each user that was asked for.
  private var arns: [String: String] = [:]

  init(_ configuration: Configuration, asked: [String], _ session: AWSSession) {
    self.configuration = configuration
    self.asked = asked
    self.session = session
    client = session.makeClient(timeouts: .init(connect: .seconds(5), total: .seconds(10)))
  }

  /// Whether AWS takes the credentials.
  var isKnown: Bool { identity != nil }

  var time: Date? { session.shared.clock.isAnchored ? session.shared.clock.now() : nil }

  func run() {
    guard identify() else { return untried("STS didn't answer") }
    clock()
    guard select(), reach() else { return untried("see above") }
    look()
    permissions()
    keys()
    sessions()
    files()
    due()
  }

  private func add(
    code: FindingCode, _ result: CheckLine.Result, _ subject: String, _ message: String,
    remedy: String? = nil, users: [String]? = nil
  ) {
    lines.append(
      CheckLine(code: code, result, subject, message, remedy: remedy, users: users))
  }

  private func untried(_ why: String) {
    add(
      code: .checkSkipped, .unknown, "users",
      "users, permissions and keys were not looked at: \(why)",
      remedy: "mend what failed, then check again")
  }

  // MARK: Who, and when

  /// Whether the credentials work, in each region in which new keys are proven.
  private func identify() -> Bool {
    let settings = [configuration.defaults] + configuration.users.map(\.settings)
    let verified = settings.flatMap { $0.verify.regions?.value ?? [] }
    let regions = [session.region] + Set(verified).subtracting([session.region]).sorted()
    let began = session.shared.clock.uptime()
    let replies = client.run(regions.map { Call(STS.getCallerIdentity(), region: $0) })
    let took = session.shared.clock.uptime() - began
    for reply in replies { if case .success(let found) = reply { identity = found.output } }
    credentials()
    for (region, reply) in zip(regions, replies) {
      guard case .failure(let failure) = reply else { continue }
      // What refuses here refuses in all regions alike, unless one isn't enabled.
      let isFirst = lines.allSatisfy { $0.code != .checkCredentials || $0.result == .ok }
      if identity == nil, !failure.isUnreachable, !isFirst { continue }
      unreachable(failure, "STS in \(region)")
    }
    if replies.allSatisfy({ (try? $0.get()) != nil }) {
      add(
        code: .checkEndpoint, .ok, "STS",
        "\(regions.joined(separator: ", ")) answered within \(took.milliseconds) ms")
    }
    return identity != nil
  }

  private func credentials() {
    let found = session.credentials.resolution
    let source = "from \(found.credentials.source)"
    guard let identity else { return }
    let ends = found.credentials.expiration
    let isTemporary = found.credentials.sessionToken != nil
    let isFixed = ["environment", "credentials file", "config file"].contains(found.provider)
    if isTemporary, isFixed {
      add(
        code: .checkCredentials, .act, "credentials",
        "\(identity.arn), \(source): they are temporary, and nothing renews them",
        remedy: "give the host a role, or a profile that renews itself; `rotate whoami` shows "
          + "what was passed over")
    } else {
      let until = ends.map { ", until \($0.inWords), renewed by then" } ?? ""
      add(
        code: .checkCredentials, .ok, "credentials",
        "\(identity.arn), \(source)\(until); region \(session.region) (\(session.regionSource))")
    }
  }

  private func unreachable(_ failure: AWSFailure, _ what: String) {
    let answer = failure.code.map { "\($0): \(failure.message)" } ?? failure.message
    add(
      code: failure.isUnreachable ? .checkEndpoint : .checkCredentials, .failed,
      failure.isUnreachable ? failure.service.displayName : "credentials",
      "\(what): \(answer)", remedy: failure.advice)
  }

  private func clock() {
    guard let offset = session.shared.clock.hostOffset() else {
      return add(
        code: .checkClock, .failed, "clock",
        "\(session.shared.clock.absence), so no age can be told",
        remedy: "see whether a proxy strips or rewrites the header")
    }
    let size = Duration.milliseconds(Int(abs(offset) * 1000))
    let words = "this host's clock is \(size.inWords) \(offset > 0 ? "ahead of" : "behind") AWS's"
    if abs(offset) < 5 { return add(code: .checkClock, .ok, "clock", "within seconds of AWS's") }
    guard abs(offset) > 240 else { return add(code: .checkClock, .ok, "clock", words) }
    add(
      code: .checkClock, .act, "clock",
      "\(words); runs go by AWS's, but certificates and sessions are judged by this one",
      remedy: "timedatectl set-ntp true")
  }

  // MARK: Whom

  private func select() -> Bool {
    let account = identity?.account ?? ""
    let selection = UserSelection(
      asked, configuration: configuration, region: session.region, account: account,
      directory: AWSDirectory(client))
    users = selection.users
    let others = session.otherRegions(configured: configuration.region)
    for index in users.indices {
      users[index].otherRegions = others
      // Looking must not wait for what an interrupted run left to settle.
      users[index].policy.settle = .zero
    }
    lines += selection.findings.map { CheckLine($0, "users") }
    if users.isEmpty, selection.findings.isEmpty {
      add(
        code: .nobodySelected, .act, "users", "the configuration selects no user that exists",
        remedy: "see whether its paths and groups have users")
    }
    return !users.isEmpty
  }

  /// Whether IAM and Parameter Store answer at all, whatever they say.
  private func reach() -> Bool {
    var isReached = true
    let close = users.prefix(Self.closely)
    let replies = client.run(close.map { Call(IAM.getUser(userName: $0.name)) })
    for reply in replies {
      switch reply {
      case .success(let found): arns[found.output.userName] = found.output.arn
      case .failure(let failure) where failure.isUnreachable && isReached:
        isReached = false
        unreachable(failure, "IAM")
      case .failure: break
      }
    }
    var names: [String: String] = [session.region: users[0].record]
    for case .parameter(let copy) in users.flatMap(\.projections) {
      names[copy.place.region ?? session.region] = copy.place.name
    }
    let regions = names.keys.sorted()
    let reads = regions.compactMap { region -> Call<SSM.FoundParameters>? in
      (try? SSM.getParameters(names: [names[region] ?? ""], withDecryption: false)).map {
        Call($0, region: region)
      }
    }
    for (region, reply) in zip(regions, client.run(reads)) {
      if case .failure(let failure) = reply, failure.isUnreachable {
        isReached = false
        unreachable(failure, "Parameter Store in \(region)")
      }
    }
    if isReached {
      add(
        code: .checkEndpoint, .ok, "endpoints",
        "IAM and Parameter Store (\(regions.joined(separator: ", "))) answered")
    }
    return isReached
  }

  // MARK: How they stand

  private func look() {
    let path = AuditLocation.path(configuration, environment: ConnectionOptions.environment)
    let context = RunContext(
      runId: SecureRandom.id(), host: RunLock.host(at: RunLock.path(forLogAt: path)) ?? "",
      actor: identity?.arn, holdsRunLock: false, ownKey: session.ownKey)
    guard let trail = try? AuditLog(storage: AuditMemory()) else { return }
    let clock = session.shared.clock
    let end = clock.uptime() + Self.timeLimit
    let results: [UserOutcome?] = WorkerThreads.map(
      users, threads: RotationRun.threads, own: AWSAdapter(client),
      state: { [session] in
        AWSAdapter(session.makeClient(timeouts: .init(connect: .seconds(5), total: .seconds(10))))
      }
    ) { user, aws in
      guard clock.uptime() < end else { return nil }
      return UserRun(
        user: user, aws: aws, files: DestinationRegistry(), audit: trail, run: context
      ).preview()
    }
    // From here on each has the name, and the parameters, that the look found.
    users = zip(users, results).map { $1?.managed ?? $0 }
    outcomes = results.compactMap { $0 }
    report(unseen: results.count - outcomes.count)
  }

  private func report(unseen: Int) {
    let findings = outcomes.flatMap { outcome in
      outcome.findings.map { (user: outcome.user, finding: $0) }
    }
    let bad = findings.filter { $0.finding.severity > .notice }
    let well = Set(outcomes.map(\.user)).subtracting(bad.map(\.user)).count
    if well > 0 {
      add(
        code: .checkUsers, .ok, "users",
        "\(CheckWords.count(well, "user")) can be read, parameters and record included")
    }
    lines += CheckLine.grouped(bad, "users")
    // A pause that is in the way of nothing yet: somebody meant it, and may have forgotten it.
    let pauses = findings.filter { $0.finding.code == .paused && $0.finding.severity == .notice }
    lines += CheckLine.grouped(pauses, "users").map { line in
      var line = line
      line.result = .ok
      return line
    }
    guard unseen > 0 else { return }
    add(
      code: .checkUsers, .unknown, "users",
      "\(CheckWords.count(unseen, "user")) could not be looked at within "
        + "\(Self.timeLimit.inWords)", remedy: "name some of them: --user")
  }

  // MARK: What is allowed

  private func permissions() {
    guard let identity else { return }
    let needs = AccessNeeds(AccessPlace(account: identity.account, region: session.region))
    let telling = configuration.tellingNeeds(needs, isPartial: !asked.isEmpty)
    let close = users.prefix(Self.closely)
    var all = close.flatMap { user -> [AccessNeed] in
      let found = needs.of(AccessSubject(user, path: "/"))
      guard let arn = arns[user.name] else { return found }
      return [AccessNeed(.keys, arn)] + found.filter { $0.kind != .keys }
    }
    all += telling.map(\.need)
    for entry in configuration.users where asked.isEmpty {
      if case .path = entry.selector.value { all.append(needs.listing) }
    }
    guard let principal = AWSSession.principal(of: identity.arn) else {
      return untriable("no policy of IAM decides about \(identity.arn)")
    }
    let (answer, isComplete) = SimulatedAccess(principal: principal, client: client).ask(all)
    switch answer {
    case .silent(let failure):
      untriable("IAM doesn't say what is allowed (\(failure.code ?? failure.message))")
    case .said(let evaluations):
      // Without these a run goes on, and somebody isn't told.
      let optional = Set(telling.filter { !$0.isRequired }.map(\.need.resource))
      judge(
        evaluations, principal, optional, isComplete: isComplete && users.count <= Self.closely)
    }
  }

  private func judge(
    _ evaluations: [IAM.Evaluation], _ principal: String, _ optional: Set<String>,
    isComplete: Bool
  ) {
    let denied = evaluations.filter { !$0.isAllowed }
    // A key's or topic's own policy may allow what the caller's doesn't, and it can't be asked.
    let open = denied.filter { one in
      let hasOwnPolicy = ["kms:", "sns:"].contains { one.action.hasPrefix($0) }
      return one.lacksContext || hasOwnPolicy && one.decision == "implicitDeny"
    }
    let refused = denied.filter { one in !open.contains(one) }
    let remedy = "give \(principal) what `rotate policy` prints"
    for (result, isOptional) in [(CheckLine.Result.failed, false), (.act, true)] {
      let these = refused.filter { optional.contains($0.resource) == isOptional }
      guard !these.isEmpty else { continue }
      add(code: .checkPermissions, result, "permissions", words(these), remedy: remedy)
    }
    if !open.isEmpty {
      add(
        code: .checkPermissions, .unknown, "permissions",
        words(open) + ", unless a policy of its own or a condition allows it", remedy: remedy)
    }
    guard denied.isEmpty else { return }
    let rest = isComplete ? "" : "; of the first \(min(users.count, Self.closely)) users"
    add(
      code: .checkPermissions, .ok, "permissions",
      "IAM allows \(principal) all that a run can need\(rest)")
  }

  private func words(_ denied: [IAM.Evaluation]) -> String {
    var resources: [String: [String]] = [:]
    for one in denied { resources[one.action, default: []].append(one.resource) }
    let actions = Dictionary(grouping: resources.keys.sorted()) { resources[$0] ?? [] }
    return actions.sorted { ($0.value.first ?? "") < ($1.value.first ?? "") }.map {
      "\($0.value.joined(separator: ", ")) not allowed on \(CheckWords.list($0.key, longest: 2))"
    }.joined(separator: "; ")
  }

  /// Each read is tried; a write can't be, without being one.
  private func untriable(_ why: String) {
    for failure in triedReads() {
      add(
        code: .checkPermissions, .failed, "permissions",
        "\(failure.operation): \(failure.code.map { "\($0): " } ?? "")\(failure.message)",
        remedy: failure.advice)
    }
    add(
      code: .checkPermissions, .unknown, "permissions",
      "\(why). The reads were tried; iam:CreateAccessKey, UpdateAccessKey, DeleteAccessKey, "
        + "ssm:PutParameter and sns:Publish can't be, without a change",
      remedy: "let the caller ask IAM about itself: `rotate policy --with-check`")
  }

  /// What looking at the users hasn't called already.
  private func triedReads() -> [AWSFailure] {
    var failures: [AWSFailure] = []
    func note<Output>(_ result: Result<Reply<Output>, AWSFailure>) {
      guard case .failure(let failure) = result, failure.kind == .refused,
        !["ParameterNotFound", "NoSuchEntity"].contains(failure.code)
      else { return }
      failures.append(failure)
    }
    if let key = outcomes.lazy.compactMap({ $0.plan?.keys.first?.key.id.rawValue }).first {
      note(client.run([Call(IAM.getAccessKeyLastUsed(accessKeyId: key))])[0])
    }
    if let user = users.first,
      let read = try? SSM.getParameterHistory(name: user.record, withDecryption: false)
    {
      note(client.run([Call(read)])[0])
    }
    return failures
  }

  /// Whether the published values can be decrypted: one of each KMS key. What is read is dropped and
  /// wiped at once.
  private func keys() {
    var seen: Set<String> = []
    for user in users {
      let key = user.kmsKeyId ?? "AWS's own key"
      let outcome = outcomes.first { $0.user == user.name }
      guard outcome?.plan?.keys.contains(where: { $0.role == .published }) ?? false,
        seen.insert(key).inserted, seen.count <= 5,
        let read = try? SSM.getParameter(name: user.credentials, withDecryption: true)
      else { continue }
      switch client.run([Call(read)])[0] {
      case .success: add(code: .checkKMS, .ok, "KMS", "\(key) decrypts \(user.credentials)")
      case .failure(let failure):
        add(
          code: .checkKMS, .failed, "KMS",
          "\(user.credentials): \(failure.code.map { "\($0): " } ?? "")\(failure.message)",
          remedy: failure.advice)
      }
    }
    for key in Set(users.map { $0.kmsKeyId ?? "AWS's own key" }).subtracting(seen).sorted() {
      add(
        code: .checkKMS, .unknown, "KMS",
        "nothing is published under \(key) yet, so it can't be tried")
    }
  }

  // MARK: Sessions, this host's copies, and the dates

  private func sessions() {
    let all = users.filter { $0.session != nil }
    guard !all.isEmpty else { return }
    let check = SessionCheck(
      users: Array(all.prefix(Self.closely)), all: all.count, outcomes: outcomes, client: client,
      environment: ConnectionOptions.environment, now: time)
    lines += check.lines
  }

  private func files() {
    var count = 0
    var bad: [(path: String, why: String)] = []
    let files = DestinationRegistry()
    for case .file(let file) in users.flatMap(\.projections) {
      count += 1
      do throws(ProjectionFailure) { try files.check(file) } catch {
        bad.append((file.path, error.message))
      }
    }
    guard let first = bad.first else {
      guard count > 0 else { return }
      return add(
        code: .checkFiles, .ok, "local files",
        "\(CheckWords.count(count, "file")) can be written")
    }
    let others = bad.count > 1 ? " (and \(bad.count - 1) more)" : ""
    add(
      code: .checkFiles, .failed, "local files", "\(first.path): \(first.why)\(others)",
      remedy: "let the user that runs rotate, and nobody else, write there; under systemd, "
        + "ReadWritePaths=")
  }

  private func due() {
    guard let now = time else { return }
    let coming = outcomes.compactMap { outcome -> (String, Upcoming, Date)? in
      guard let next = outcome.plan?.next, let at = next.at else { return nil }
      return (outcome.user, next, at)
    }
    let steps = outcomes.filter { !($0.plan?.steps.isEmpty ?? true) }
    var parts: [String] = []
    if !steps.isEmpty {
      parts.append("due at the next run: \(CheckWords.list(steps.map(\.user)))")
    }
    if let (user, next, at) = coming.min(by: { $0.2 < $1.2 }) {
      parts.append("next: \(next.action.rawValue) \(user) \(at.inWords), \(left(now, at))")
    }
    let ends = outcomes.compactMap { outcome -> (String, Date)? in
      guard let key = outcome.plan?.keys.first(where: { $0.role == .published })?.key,
        let user = users.first(where: { $0.name == outcome.user })
      else { return nil }
      return (outcome.user, key.createdAt + user.policy.maxKeyAge)
    }
    if let (user, end) = ends.min(by: { $0.1 < $1.1 }) {
      parts.append("the first that can become overdue: \(user) \(end.inWords), \(left(now, end))")
    }
    guard !parts.isEmpty else { return }
    // That one is overdue is said with the users.
    add(code: .checkDue, .ok, "dates", parts.joined(separator: "; "))
  }

  private func left(_ now: Date, _ then: Date) -> String {
    then > now ? "in \((then - now).inWords)" : "which is over"
  }
}

extension AWSFailure {
  /// No answer of AWS's came, whatever it would have been.
  fileprivate var isUnreachable: Bool {
    [.notSent, .noReply, .misconfigured, .badTrust, .malformed, .serviceFault].contains(kind)
  }
}
