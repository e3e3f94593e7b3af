internal import LibCrypto
internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// Tells this program's versions of the record from anybody else's, and makes its own provable.
///
/// What it has read of `credentials` it keeps for the length of one run, so that a run that has
/// something to change decrypts the published key once.
final class Attestor {
  /// What became of looking at one version of the record.
  enum Verdict: Equatable {
    case proven
    /// With the reason, in words.
    case refuted(String)
    case unknown(String)
  }

  /// The published key with its secret, as the version of `credentials` has it that a record names.
  enum Secret {
    case known(AccessKeyPair)
    /// Nobody can have it any more.
    case none(String)
    case unknown(String)
  }

  /// How far AWS's time of a version may be from the time that stands in it. A signature is refused
  /// when it is 15 minutes old, so only a version that was put again, or held up before it was
  /// signed, is further away.
  static let window = Lease.margin

  /// Its parameters may turn out to have other names, where IAM spells the user's otherwise.
  var user: ManagedUser
  private let aws: any AWSPort
  private let caller: RecordWriter?
  /// The versions of `credentials` that were decrypted in this run.
  private var read: [Int: Parameter] = [:]
  /// The newest that was tried against STS, and worked.
  private(set) var tried: (version: Int, at: Date, id: AccessKeyID)?

  init(user: ManagedUser, aws: any AWSPort, actor: String?) {
    self.user = user
    self.aws = aws
    caller = actor.flatMap { RecordWriter(arn: $0) }
  }

  func keep(_ parameter: Parameter) { read[parameter.version] = parameter }

  func note(_ parameter: Parameter, works id: AccessKeyID) {
    tried = (parameter.version, parameter.modifiedAt, id)
  }

  // MARK: Judging

  /// `writer` finds out who put a version, where the read before didn't say.
  func judge(
    _ version: RecordVersion, writer: () -> Known<String?>
  ) -> Verdict {
    guard let document = version.document else { return .refuted("it is no record") }
    guard document.mac != nil else {
      // A first publication has no secret yet that could prove anything.
      let claimsNothing = document.published == nil && document.retiring.isEmpty
      return byWriter(version, "it has no proof", orUnnamed: claimsNothing, writer)
    }
    guard let published = document.state.published else {
      return .refuted("it has a proof, but names no published key that could have made it")
    }
    switch secret(of: published) {
    case .unknown(let why): return .unknown(why)
    case .none(let why):
      return byWriter(version, "its proof can't be tried (\(why))", orUnnamed: false, writer)
    case .known(let pair):
      guard RecordProof.fits(version.text, document, by: pair.secret, name: user.record) else {
        return .refuted("its proof doesn't fit")
      }
      let written = document.inFlight?.startedAt ?? document.writtenAt
      if let written, abs((version.at - written).inSeconds) <= Self.window.inSeconds {
        return .proven
      }
      return byWriter(
        version,
        "it was put at another time than the one that it names, as an old version is that "
          + "somebody puts again", orUnnamed: false, writer)
    }
  }

  /// AWS's own word of who put it, which no writer of parameters makes.
  private func byWriter(
    _ version: RecordVersion, _ why: String, orUnnamed: Bool, _ writer: () -> Known<String?>
  ) -> Verdict {
    switch version.writer.map({ .known($0) }) ?? writer() {
    case .unknown(let failure): return .unknown(failure)
    case .known(let arn):
      if speaks(arn, orUnnamed: orUnnamed) { return .proven }
      let named = arn.flatMap { RecordWriter(arn: $0) == nil ? nil : $0 }
      return .refuted((named.map { "\($0) put it, and " } ?? "") + why)
    }
  }

  /// Whether this caller's own principal put a version, by AWS's word. `orUnnamed`: or the server
  /// names no principal at all, which AWS always does.
  func speaks(_ arn: String?, orUnnamed: Bool = false) -> Bool {
    guard let writer = arn.flatMap({ RecordWriter(arn: $0) }) else { return orUnnamed }
    return caller.map { writer.speaksFor($0) } ?? false
  }

  // MARK: The secret

  /// That of the published key, by the version of `credentials` that the record names.
  func secret(of published: PublishedKey) -> Secret {
    let version = published.credentialsVersion
    var found = read[version]
    do { if found == nil { found = try self.version(version) } } catch {
      // What nobody can decrypt, or this caller never will, proves nothing, now or later.
      return error.decryption.map { .none($0.reason) } ?? .unknown(error.message)
    }
    guard let found else { return .none("`credentials` has no version \(version) any more") }
    if let at = published.credentialsAt, at != found.modifiedAt.wholeSeconds {
      return .none("`credentials` was deleted and put anew since")
    }
    guard case .success(let pair) = CredentialDocument.read(found.value), pair.id == published.id
    else { return .none("version \(version) of `credentials` doesn't hold \(published.id)") }
    return .known(pair)
  }

  /// Nil where there is no such version. The newest one is asked for first, as it mostly is the one.
  private func version(_ number: Int) throws(CallFailure) -> Parameter? {
    if read.isEmpty {
      guard let newest = try aws.decrypted(ParameterPlace(user.credentials)) else { return nil }
      keep(newest)
      if newest.version == number { return newest }
    }
    let found = try aws.decrypted(ParameterPlace(user.credentials), version: number)
    if let found { keep(found) }
    return found
  }

  /// The document's bytes, with its proof where there is a secret to prove it by.
  func sealed(_ document: RecordDocument) -> [UInt8] {
    guard let published = document.state.published, case .known(let pair) = secret(of: published)
    else { return document.encoded() }
    return RecordProof.sealed(document, by: pair.secret, name: user.record)
  }
}
