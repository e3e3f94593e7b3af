package import LibCrypto

/// The operations of STS.
package enum STS {
  /// Works for every key that works at all, even under an explicit Deny: it proves a key.
  package static func getCallerIdentity() -> Operation<CallerIdentity> {
    .query(.sts, "GetCallerIdentity") { result throws(CodecFailure) in
      .complete(try CallerIdentity(result))
    }
  }

  /// `durationSeconds` from 900; the role's own maximum bounds it. `source` becomes that of the
  /// credentials.
  package static func assumeRole(
    roleArn: String, roleSessionName: String, externalId: String? = nil,
    serialNumber: String? = nil, tokenCode: String? = nil, durationSeconds: Int? = nil,
    source: String
  ) -> Operation<Credentials> {
    let input: [(name: String, value: String?)] = [
      ("RoleArn", roleArn), ("RoleSessionName", roleSessionName), ("ExternalId", externalId),
      ("SerialNumber", serialNumber), ("TokenCode", tokenCode),
      ("DurationSeconds", durationSeconds.map(String.init)),
    ]
    // A code is accepted once: another try after one that was executed would be refused.
    return session(
      "AssumeRole", input, source: source,
      repeatability: tokenCode == nil ? .always : .onlyIfNotExecuted)
  }

  /// Unsigned: the token is the proof.
  package static func assumeRoleWithWebIdentity(
    roleArn: String, roleSessionName: String, webIdentityToken: SharedSecret,
    durationSeconds: Int? = nil, source: String
  ) -> Operation<Credentials> {
    let input: [(name: String, value: String?)] = [
      ("RoleArn", roleArn), ("RoleSessionName", roleSessionName),
      ("DurationSeconds", durationSeconds.map(String.init)),
    ]
    return session(
      "AssumeRoleWithWebIdentity", input, source: source, isSigned: false,
      secret: ("WebIdentityToken", webIdentityToken))
  }

  /// For long-term credentials only; `durationSeconds` from 900 to 129,600. The session may call
  /// IAM only when it is made with MFA.
  package static func getSessionToken(
    serialNumber: String? = nil, tokenCode: String? = nil, durationSeconds: Int? = nil,
    source: String
  ) -> Operation<Credentials> {
    let input: [(name: String, value: String?)] = [
      ("SerialNumber", serialNumber), ("TokenCode", tokenCode),
      ("DurationSeconds", durationSeconds.map(String.init)),
    ]
    return session(
      "GetSessionToken", input, source: source,
      repeatability: tokenCode == nil ? .always : .onlyIfNotExecuted)
  }

  private static func session(
    _ name: String, _ input: [(name: String, value: String?)], source: String,
    repeatability: Repeatability = .always, isSigned: Bool = true,
    secret: (name: String, value: SharedSecret)? = nil
  ) -> Operation<Credentials> {
    let given = input.compactMap { name, value in value.map { (name, $0) } }
    return .query(
      .sts, name, given, repeatability: repeatability, isSigned: isSigned, secret: secret
    ) { result throws(CodecFailure) in
      let credentials = try result.element(["Credentials"])
      return .complete(
        Credentials(
          accessKeyId: try credentials.string("AccessKeyId"),
          secretAccessKey: try credentials.secret("SecretAccessKey"),
          sessionToken: try credentials.secret("SessionToken"),
          expiration: try credentials.date("Expiration"),
          source: source))
    }
  }
}
