internal import LibCrypto
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// What was seen of one user, with what the executor needs of it beside the planner's part.
struct Sighting {
  var observation: Observation
  /// The newest state that counts: of the newest version, or of the replay.
  var document: RecordDocument?
  /// The types of the parameters that exist.
  var kinds: [ParameterPlace: Parameter.Kind] = [:]
  var now: Date
  /// The version of the record that `document` is.
  var version: RecordVersion?
  /// The record's history, where it was read, and what it comes to.
  var versions: [RecordVersion]?
  var replay: LeaseReplay?
}

/// What was found out about the record's word.
struct Judgement {
  var attestation: Attestation
  /// The versions of the open intents that are this program's.
  var believedIntents: Set<Int> = []
  var foreignWrites: [ForeignWrite] = []
}

/// Looks at one user: the first reads together, then whatever the planner asks for.
struct Observer {
  /// As the settings have it, until IAM's answer shows another spelling of its name.
  private(set) var user: ManagedUser { didSet { attestor.user = user } }
  /// Nil where the settings spell it as IAM does.
  private(set) var spelling: Spelling?
  let aws: any AWSPort
  let files: any ProjectionFiles
  let run: RunContext
  let attestor: Attestor

  init(user: ManagedUser, aws: any AWSPort, files: any ProjectionFiles, run: RunContext) {
    self.user = user
    self.aws = aws
    self.files = files
    self.run = run
    attestor = Attestor(user: user, aws: aws, actor: run.actor)
  }

  /// Without these nothing can be decided.
  private static func needed(of user: ManagedUser) -> [ParameterPlace] {
    [ParameterPlace(user.record), ParameterPlace(user.credentials)]
  }

  private var session: ParameterPlace? { user.session.map { ParameterPlace($0.parameter) } }

  private static func places(of user: ManagedUser) -> [ParameterPlace] {
    needed(of: user) + [user.session].compactMap { $0.map { ParameterPlace($0.parameter) } }
      + user.allProjections.compactMap { projection in
        if case .parameter(let parameter) = projection { parameter.place } else { nil }
      }
  }

  /// The first look. Where this run holds the lease, `truth` is what the replay said.
  mutating func look(_ holding: (lease: Lease, truth: RecordDocument?)?) throws(Halt) -> Sighting {
    // What was read is as old as this. A list that is taken for younger than it is would show an
    // interrupted run's key too late.
    let before = aws.now()
    var reads = aws.observe(user: user.name, parameters: Self.places(of: user))
    let observed = try userFound(reads)
    if observed.name != user.name { try spell(as: observed, &reads) }
    let keys = try read(reads.keys)
    let parameters = reads.parameters
    for place in Self.needed(of: user) {
      if let failure = reads.unread[place] { throw Halt(failure) }
    }
    guard let now = before ?? aws.now() else {
      throw Halt(
        Finding(
          code: "no-time", .failed, "\(aws.timeAbsence), so no age can be told",
          remedy: "see whether a proxy strips or rewrites the header"))
    }
    var document: RecordDocument?
    var record = RecordReading.absent
    var standing = LeaseStanding.free
    var version: RecordVersion?
    if let holding {
      document = holding.truth
      record = document.map { .state($0.state) } ?? .absent
      standing = .mine(since: holding.lease.settlesFrom, left: holding.lease.left)
    } else if let parameter = parameters[ParameterPlace(user.record)] {
      (record, document) = Self.reading(parameter)
      if document?.inFlight != nil { (standing, document) = (.unread, nil) }
      version = document.map {
        RecordVersion(
          number: parameter.version, at: parameter.modifiedAt, document: $0,
          text: parameter.text ?? "")
      }
    }
    if case .absent = record, holding == nil { try refuseWrongRegion() }
    var observation = Observation(
      user: observed, keys: keys, record: record, lease: standing,
      credentialsVersion: parameters[ParameterPlace(user.credentials)]?.version, ownKey: run.ownKey)
    observation.credentialsModifiedAt =
      parameters[ParameterPlace(user.credentials)]?.modifiedAt
    note(reads, document, in: &observation)
    if let failure = user.pair.first.flatMap({ reads.unread[$0.place] }) {
      observation.pairWorks = .unknown(failure.message)
    }
    observation.sessionVersion = session.flatMap { parameters[$0]?.version }
    if let session, let failure = reads.unread[session] {
      observation.sessionIsUnseen = true
      observation.unseen.append(Self.unseen(session.name, failure))
    }
    observation.spelling = spelling
    return Sighting(
      observation: observation, document: document, kinds: parameters.mapValues(\.kind), now: now,
      version: version)
  }

  /// What the copies show, and which of them can be written.
  private func note(
    _ reads: FirstReads, _ document: RecordDocument?, in observation: inout Observation
  ) {
    let kinds = reads.parameters.mapValues(\.kind)
    observation.misfits = user.misfits(kinds)
    observation.unwritableCopies = user.unwritableCopies(kinds)
    observation.hasCopies = !user.allProjections.isEmpty
    if let half = user.pair.first, let id = reads.parameters[half.place] {
      observation.pairKeyId = id.text.map { AccessKeyID($0) }
      observation.pairIsSealed =
        id.kind == .secureString
        && user.pair.allSatisfy { kinds[$0.place] != nil || reads.unread[$0.place] != nil }
    }
    for projection in user.allProjections {
      switch projection {
      case .parameter(let copy): note(copy, reads, document, in: &observation)
      case .file(let file):
        switch shown(in: file) {
        case .failure(let copy): observation.unseen.append(copy)
        case .success(let id):
          if let id { observation.shownKeys.insert(id) }
          guard let published = document?.published, id?.rawValue != published.accessKeyId else {
            continue
          }
          observation.drift.append(file.path)
        }
      }
    }
  }

  /// An id that stands in clear is compared; of what is encrypted the version must be the one that
  /// this program wrote, and one that it never wrote may show any key.
  private func note(
    _ copy: ParameterProjection, _ reads: FirstReads, _ document: RecordDocument?,
    in observation: inout Observation
  ) {
    if let failure = reads.unread[copy.place] {
      return observation.unseen.append(Self.unseen(copy.name, failure))
    }
    let found = reads.parameters[copy.place]
    if copy.format == .accessKeyId, let id = found?.text {
      observation.shownKeys.insert(AccessKeyID(id))
    }
    let written = user.written(in: document)[copy.recordKey]
    guard let published = document?.published,
      !copy.shows(published.accessKeyId, found, written: written)
    else { return }
    observation.drift.append(copy.name)
    if written == Self.refusedWrite { observation.refusedCopies.insert(copy.name) }
  }

  /// IAM's spelling is the name from here on. The parameters follow it, unless this user's stand
  /// under the settings' spelling alone: builds read them there.
  private mutating func spell(as observed: ObservedUser, _ reads: inout FirstReads) throws(Halt) {
    let configured = user
    guard observed.name.lowercased() == configured.name.lowercased() else {
      throw Halt(
        CallFailure(
          operation: "GetUser",
          message: "asked for \(configured.name), the answer is about \(observed.name)",
          execution: .notExecuted))
    }
    user.name = observed.name
    user.respelled = nil
    var place = Spelling.Place.canonical
    defer {
      spelling = Spelling(configured: configured.name, place: place, path: configured.commonPath)
    }
    guard var respelled = configured.respelled?(observed.name) else { return }
    (respelled.otherRegions, respelled.policy) = (configured.otherRegions, configured.policy)
    let places = Self.places(of: respelled)
    guard places != Self.places(of: configured) else {
      user = respelled
      return
    }
    let standsAsConfigured = try stands(configured, in: reads, for: observed)
    let other = aws.observe(user: observed.name, parameters: places)
    let standsAsSpelled = try stands(respelled, in: other, for: observed)
    if standsAsSpelled || !standsAsConfigured { (user, reads) = (respelled, other) }
    if standsAsConfigured { place = standsAsSpelled ? .both : .asConfigured }
  }

  /// Whether this program has published something there for the user.
  private func stands(
    _ user: ManagedUser, in reads: FirstReads, for observed: ObservedUser
  ) throws(Halt) -> Bool {
    for place in Self.needed(of: user) {
      if let failure = reads.unread[place] { throw Halt(failure) }
    }
    guard let record = reads.parameters[ParameterPlace(user.record)] else {
      return reads.parameters[ParameterPlace(user.credentials)] != nil
    }
    // What can't be read may be this user's: it is looked at there, and blocks there.
    guard let document = Self.reading(record).1 else { return true }
    return document.userId == observed.userId && document.account == observed.account
  }

  private func refuseWrongRegion() throws(Halt) {
    for region in user.otherRegions {
      do {
        guard try aws.decrypted(ParameterPlace(user.record, region: region)) != nil else {
          continue
        }
      } catch {
        // Who may not read the record there can't have written it either.
        if error.code == "AccessDeniedException" { continue }
        throw Halt(error)
      }
      throw Halt(
        Finding(
          code: "published-elsewhere", .act,
          "\(user.name) has no record in this region, but one in \(region)",
          remedy: "run with --region \(region), where it is published; to publish it here as "
            + "well, configure a projection with this region"))
    }
  }

  private func userFound(_ reads: FirstReads) throws(Halt) -> ObservedUser {
    switch reads.user {
    case .success(let observed): return observed
    case .failure(let failure) where failure.code == "NoSuchEntity":
      throw Halt(unknownUser(reads))
    case .failure(let failure): throw Halt(failure)
    }
  }

  /// Where something is published under that name, the user was deleted or renamed; IAM tells which
  /// name an id has now, but to nobody who only knows the old one.
  private func unknownUser(_ reads: FirstReads) -> Finding {
    let unknown = "there is no IAM user \(user.name) in this account"
    guard let record = reads.parameters[ParameterPlace(user.record)],
      let document = Self.reading(record).1
    else {
      return Finding(
        code: "unknown-user", .failed, unknown,
        remedy: "compare the name, and the account: `rotate whoami`")
    }
    let id = document.userId
    return Finding(
      code: "unknown-user", .failed,
      "\(unknown), and the record of \(id) stands in \(user.record): the user was renamed or "
        + "deleted, or this is another account",
      remedy: "aws iam list-users --query \"Users[?UserId=='\(id)'].UserName\" shows the name it "
        + "has now. Give that name \"parameterPath\": \"\(user.commonPath)\", so that builds go "
        + "on reading there; if nobody has that id, take the entry out")
  }

  private func read<Value>(_ result: Result<Value, CallFailure>) throws(Halt) -> Value {
    do { return try result.get() } catch { throw Halt(error) }
  }

  private static func reading(_ parameter: Parameter) -> (RecordReading, RecordDocument?) {
    guard parameter.kind == .string, let text = parameter.text else {
      return (.misfit(Misfit(.record, name: parameter.name, type: parameter.kind.rawValue)), nil)
    }
    return switch RecordDocument.read(text) {
    case .damaged(let why): (.damaged(why), nil)
    case .newerSchema(let schema): (.newerSchema(schema), nil)
    case .document(let document): (.state(document.state), document)
    }
  }

  private static func unseen(_ name: String, _ failure: CallFailure) -> UnseenCopy {
    UnseenCopy(
      name: name, finding: Finding(failure, remedy: "the next run looks at \(name) again"))
  }

  /// The record's token of a copy that could not be written: no version has this number.
  static let refusedWrite = 0

  /// The id that a local file shows. Also looked at before the first publication: what can't be read
  /// then can't be written later.
  private func shown(in file: FileProjection) -> Result<AccessKeyID?, UnseenCopy> {
    do throws(ProjectionFailure) { return .success(try files.keyId(in: file)) } catch {
      return .failure(UnseenCopy(name: file.path, finding: Finding(error, of: file)))
    }
  }

  // MARK: Evidence

  /// Adds one piece of evidence. What can't be read becomes `unknown`, with the reason.
  func gather(
    _ evidence: Evidence, into sighting: inout Sighting, refuted: Set<Int>
  ) throws(Halt) {
    switch evidence {
    case .recordHistory: try replay(into: &sighting)
    case .credentials: sighting.observation.credentials = credentials(of: &sighting)
    case .publications: sighting.observation.publications = publications(without: refuted)
    case .publication(let version): read(version, into: &sighting)
    case .attestation: try attest(&sighting)
    case .provenance(let id):
      sighting.observation.provenance[id] = provenance(of: id, sighting.observation)
    case .pair: tryPair(&sighting.observation)
    case .lastUsed(let id):
      do { sighting.observation.lastUsed[id] = .known(try aws.lastUsed(id)) } catch {
        sighting.observation.lastUsed[id] = .unknown(error.message)
        // So AWS answers for a key that doesn't exist, too: it may have gone since it was listed.
        let isUnknownKey = ["AccessDenied", "AccessDeniedException", "NoSuchEntity"].contains(
          error.code)
        if isUnknownKey, isGone(id) { sighting.observation.keys.removeAll { $0.id == id } }
      }
    case .settled: break  // the caller waits and looks again
    }
  }

  private func isGone(_ id: AccessKeyID) -> Bool {
    let reads = aws.observe(user: user.name, parameters: [ParameterPlace(user.record)])
    guard case .success(let keys) = reads.keys else { return false }
    return !keys.contains { $0.id == id }
  }

  /// The record's versions, read in full. A version of a newer schema may hold the lease for as long
  /// as any; after that, if it isn't the newest, somebody has put this schema back on purpose.
  func versions() throws(CallFailure) -> Result<[RecordVersion], NewerSchema> {
    var versions: [RecordVersion] = []
    let history = try aws.history(user.record)
    for parameter in history {
      var document: RecordDocument?
      if let text = parameter.text {
        switch RecordDocument.read(text) {
        case .document(let read): document = read
        case .newerSchema(let schema):
          let isOver = aws.now().map { $0 >= parameter.modifiedAt + Lease.duration } ?? false
          guard isOver, parameter.version != history.last?.version else {
            return .failure(NewerSchema(schema: schema))
          }
        case .damaged: break
        }
      }
      versions.append(
        RecordVersion(
          number: parameter.version, at: parameter.modifiedAt, document: document,
          text: parameter.text ?? "", writer: parameter.writer))
    }
    return .success(versions)
  }

  struct NewerSchema: Error {
    var schema: Int
  }

  private func replay(into sighting: inout Sighting) throws(Halt) {
    let replay: LeaseReplay
    do {
      switch try versions() {
      case .success(let versions):
        replay = LeaseReplay(versions)
        sighting.versions = versions
        sighting.version = versions.first { $0.number == replay.stateVersion }
        sighting.replay = replay
      case .failure(let newer):
        sighting.observation.record = .newerSchema(newer.schema)
        sighting.observation.lease = .free
        return
      }
    } catch { throw Halt(error) }
    sighting.document = replay.state
    sighting.observation.record = replay.state.map { .state($0.state) } ?? .absent
    guard let holder = replay.holder else {
      sighting.observation.lease = .free
      return
    }
    let ofThisHost = holder.run.host == run.host && run.holdsRunLock
    if let left = replay.unfinished(except: nil), ofThisHost || sighting.now >= holder.end {
      sighting.observation.lease = .abandoned(left)
    } else {
      sighting.observation.lease = .held(holder.run, until: holder.end)
    }
  }

  private func credentials(of sighting: inout Sighting) -> Known<CredentialsContent> {
    if let tried = attestor.tried, tried.version == sighting.observation.credentialsVersion,
      tried.at == sighting.observation.credentialsModifiedAt
    {
      return .known(.works(tried.id))
    }
    let parameter: Parameter?
    do { parameter = try aws.decrypted(ParameterPlace(user.credentials)) } catch {
      return switch error.decryption {
      case .keyUnusable(let why): .known(.undecryptable(why))
      case .notPermitted(let why): .known(.withheld(why))
      case nil: .unknown(error.message)
      }
    }
    guard let parameter else { return .known(.absent) }
    attestor.keep(parameter)
    if let seen = sighting.observation.credentialsVersion, parameter.version > seen {
      sighting.observation.credentialsVersion = parameter.version
      sighting.observation.credentialsModifiedAt = parameter.modifiedAt
    }
    switch CredentialDocument.read(parameter.value) {
    case .failure(let damage): return .known(.damaged(damage.reason))
    case .success(let pair):
      let proof = judge(pair, sighting.observation.user)
      if proof == .works { attestor.note(parameter, works: pair.id) }
      return switch proof {
      case .works: .known(.works(pair.id))
      case .refused: .known(.refused(pair.id))
      case .unknown(let why): .unknown(why)
      }
    }
  }

  private func publications(without refuted: Set<Int>) -> Known<[Publication]> {
    do {
      return .known(
        try aws.history(user.credentials).map { version in
          Publication(
            version: version.version,
            content: refuted.contains(version.version) ? .nothing : .unread,
            at: version.modifiedAt, isOwn: attestor.speaks(version.writer))
        })
    } catch {
      return .unknown(error.message)
    }
  }

  /// Decrypts one version of `credentials`. One that can't be for good holds no secret to be had;
  /// any other failure leaves the question open.
  private func read(_ version: Int, into sighting: inout Sighting) {
    guard case .known(var versions) = sighting.observation.publications,
      let index = versions.firstIndex(where: { $0.version == version })
    else { return }
    do {
      let found = try aws.decrypted(ParameterPlace(user.credentials), version: version)
      if let found, case .success(let pair) = CredentialDocument.read(found.value) {
        versions[index].content = .key(pair.id)
      } else {
        versions[index].content = .nothing
      }
      sighting.observation.publications = .known(versions)
    } catch {
      guard let refusal = error.decryption else {
        sighting.observation.publications = .unknown(error.message)
        return
      }
      versions[index].content = .undecryptable(refusal.reason)
      sighting.observation.publications = .known(versions)
    }
  }

  // MARK: What the record's word is worth

  /// Finds out whether the record is this program's word, and which of the open intents are.
  private func attest(_ sighting: inout Sighting) throws(Halt) {
    var foreign: [ForeignWrite] = []
    if sighting.replay == nil, let version = sighting.version,
      case .refuted(let why) = judge(version, sighting.versions)
    {
      // A state that no lease allowed counts for nothing: the history tells which one does.
      try replay(into: &sighting)
      if sighting.version?.number != version.number {
        foreign.append(ForeignWrite(version: version.number, why: why))
      }
    }
    switch judge(sighting.version, sighting.replay, sighting.versions) {
    case .unknown(let why): sighting.observation.attestation = .unknown(why)
    case .known(let judged):
      sighting.observation.attestation = .known(judged.attestation)
      sighting.observation.foreignWrites = foreign + judged.foreignWrites
      if case .abandoned = sighting.observation.lease,
        let left = sighting.replay?.unfinished(
          except: nil, believing: { judged.believedIntents.contains($0.version) })
      {
        sighting.observation.lease = .abandoned(left)
      }
    }
  }

  /// The state and the open intents, this run's own excepted.
  func judge(
    _ state: RecordVersion?, _ replay: LeaseReplay?, _ versions: [RecordVersion]?
  ) -> Known<Judgement> {
    var result = Judgement(attestation: .proven)
    if let state {
      switch judge(state, versions) {
      case .proven: break
      case .refuted(let why):
        result.attestation = .refuted
        result.foreignWrites.append(ForeignWrite(version: state.number, why: why))
      case .unknown(let why): return .unknown(why)
      }
    }
    for intent in replay?.open ?? [] {
      guard intent.run.runId != run.runId,
        let version = versions?.first(where: { $0.number == intent.version })
      else {
        result.believedIntents.insert(intent.version)
        continue
      }
      switch judge(version, versions) {
      case .proven: result.believedIntents.insert(intent.version)
      case .refuted(let why):
        result.foreignWrites.append(ForeignWrite(version: intent.version, why: why))
      case .unknown(let why): return .unknown(why)
      }
    }
    return .known(result)
  }

  private func judge(_ version: RecordVersion, _ versions: [RecordVersion]?) -> Attestor.Verdict {
    attestor.judge(version) {
      // A history that was read says it of each version.
      guard versions == nil else { return .known(nil) }
      do {
        let history = try self.aws.history(self.user.record)
        return .known(history.first { $0.version == version.number }?.writer)
      } catch let failure as CallFailure {
        return .unknown(failure.message)
      } catch {
        return .unknown("\(error)")
      }
    }
  }

  /// Whether a key stood in `credentials` by more than somebody's word: its secret works.
  private func provenance(of id: AccessKeyID, _ observation: Observation) -> Known<Bool> {
    guard case .known(let versions) = observation.publications,
      let version = versions.last(where: { $0.id == id })?.version,
      observation.keys.contains(where: { $0.id == id && $0.status == .active })
    else { return .known(false) }
    do {
      let found = try aws.decrypted(ParameterPlace(user.credentials), version: version)
      guard let found, case .success(let pair) = CredentialDocument.read(found.value) else {
        return .known(false)
      }
      return switch judge(pair, observation.user) {
      case .works: .known(true)
      case .refused: .known(false)
      case .unknown(let why): .unknown(why)
      }
    } catch {
      return .unknown(error.message)
    }
  }

  private func tryPair(_ observation: inout Observation) {
    do {
      let pair = try readPair()
      if observation.pairIsSealed { observation.pairKeyId = pair?.id }
      guard let pair else {
        observation.pairWorks = .known(false)
        return
      }
      observation.pairWorks =
        switch judge(pair, observation.user) {
        case .works: .known(true)
        case .refused: .known(false)
        case .unknown(let why): .unknown(why)
        }
    } catch {
      observation.pairWorks = .unknown(error.message)
    }
  }

  /// The pair as it stands in Parameter Store, of whatever types; nil where a half is missing or
  /// malformed.
  func readPair() throws(CallFailure) -> AccessKeyPair? {
    guard user.pair.count == 2, let id = try aws.decrypted(user.pair[0].place),
      let secret = try aws.decrypted(user.pair[1].place)
    else { return nil }
    let pair = AccessKeyPair(id: AccessKeyID(id.openText), secret: secret.value.clone())
    return CredentialDocument.isPlain(pair) ? pair : nil
  }

  // MARK: Proof

  enum Proof: Equatable {
    case works
    case refused(String)
    case unknown(String)
  }

  /// One call to STS that only this key's secret can sign, and only this user's key can answer.
  func prove(_ pair: AccessKeyPair, _ observed: ObservedUser, region: String?) -> Proof {
    do {
      let identity = try aws.identity(signedBy: pair, region: region)
      guard identity.account == observed.account, identity.userId == observed.userId else {
        return .refused("the key is of \(identity.arn)")
      }
      return .works
    } catch {
      return Self.refusals.contains(error.code ?? "")
        ? .refused(error.message) : .unknown(error.message)
    }
  }

  /// What STS says of a key that doesn't exist, is Inactive, isn't visible yet, or of a wrong
  /// secret.
  static let refusals: Set<String> = [
    "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch",
    "InvalidSignatureException", "InvalidAccessKeyId",
  ]

  /// Whether a key that should work does. Visibility flaps, so one success says yes, and only
  /// refusals in a row say no.
  func judge(_ pair: AccessKeyPair, _ observed: ObservedUser) -> Proof {
    var last = Proof.unknown("not tried")
    for attempt in 0..<max(3, user.verification.successes) {
      if attempt > 0 { aws.sleep(user.verification.interval) }
      last = prove(pair, observed, region: user.verification.regions.first)
      guard case .refused = last else { return last }
    }
    return last
  }
}
