extension AWSFailure {
  /// What the person can do about it.
  package var advice: String {
    if let refusal = decryptionRefusal {
      return switch refusal {
      case .keyUnusable:
        """
        The KMS key that this version was encrypted with can't be used by anybody. Whoever needs the \
        version cancels the key's deletion or enables it (aws kms cancel-key-deletion, enable-key); \
        what is written now is encrypted with kmsKeyId.
        """
      case .notPermitted:
        Denial(message).flatMap { $0.isByOthersPolicy ? $0.advice : nil }
          ?? """
          The caller may not use the KMS key that this version was encrypted with, which may be an \
          earlier one than kmsKeyId: allow kms:Decrypt on it, in the caller's policy and in the key's.
          """
      }
    }
    if let code, kind == .refused, let known = advice(code) { return known }
    return switch kind {
    case .throttled:
      "AWS limits how often this may be asked; run it again later, or over fewer users at once."
    case .refused: "AWS's code and request id tell more in CloudTrail."
    case .serviceFault: "AWS or a proxy on the way is in trouble; run it again later."
    case .notSent:
      "Check the network, the proxy (HTTPS_PROXY, NO_PROXY), the endpoint and the certificates "
        + "(AWS_CA_BUNDLE) of this host."
    case .noReply: "Check the network and the proxy; the next run finds out what was done."
    case .malformed:
      "Something else than AWS may have answered: check the endpoint and the proxy."
    case .fenced: "Nothing more was sent; the next run goes on from here."
    case .noCredentials: "`rotate whoami` shows where credentials were looked for."
    case .misconfigured: "Check --region, --endpoint-url and the profile."
    case .badTrust:
      "Let it name a readable file of certificates in PEM form, or unset it for the system's own."
    }
  }

  private func advice(_ code: String) -> String? {
    switch code {
    case _ where ErrorCodes.unknownKey.contains(code):
      """
      The service doesn't know the key that signed. Either the key is new and not known everywhere \
      yet (wait some seconds), or it was deleted or set Inactive, or its session token is missing, \
      or another's or over, or the session was made without MFA and calls IAM, or the key is of \
      another partition. `rotate whoami` shows which key it is.
      """
    case _ where ErrorCodes.perhapsClockSkew.contains(code) && saysTimeIsWrong,
      _ where ErrorCodes.clockSkew.contains(code):
      """
      The time of the signature was wrong even after it was set by AWS's clock. Something on the \
      way delays requests by minutes, or a proxy answers with old `Date` headers.
      """
    case _ where ErrorCodes.perhapsClockSkew.contains(code):
      """
      The key's id is known, but its secret is not the one that signed: a torn pair (one half of \
      an older key), or a secret with a blank or a character lost. It is not the clock, which was \
      compared with AWS's.
      """
    case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
      "The session is over. Make a new one (or let the profile, the role or the container do it)."
    case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized":
      Denial(message)?.advice
        ?? "Allow \(operation) in the policy of the caller (`rotate whoami` shows who that is)."
    case "LimitExceeded":
      "The user has as many keys as IAM allows, Inactive ones included. See `--make-room`."
    case "NoSuchEntity": "It doesn't exist (any more) in this account: check the name."
    case "ParameterNotFound", "ParameterVersionNotFound":
      "Parameter Store has no such parameter in this region: check the path and --region."
    case "ParameterMaxVersionLimitExceeded":
      """
      A label holds the oldest of the parameter's 100 versions, so none can follow: move the label to \
      a newer version (aws ssm label-parameter-version) or take it away \
      (aws ssm unlabel-parameter-version).
      """
    case "HierarchyTypeMismatchException", "UnsupportedParameterType":
      """
      The parameter exists in another type, which AWS lets nobody change. `rotate check` says what to \
      do in which order.
      """
    case "ParameterLimitExceeded":
      """
      The account has as many parameters in this region as its quota allows (Standard: 10,000): delete \
      what nobody reads, or raise the quota of Parameter Store in Service Quotas. `"pair": false` saves \
      two a user.
      """
    case "ParameterPatternMismatchException", "InvalidAllowedPatternException":
      """
      Somebody has put the parameter with an AllowedPattern, which the new value doesn't match (aws ssm \
      describe-parameters shows it), or its name isn't a valid one. Put the parameter once more without \
      the pattern (aws ssm put-parameter --overwrite --allowed-pattern '.*', with the value that stands \
      there).
      """
    case "HierarchyLevelLimitExceededException":
      "A parameter's name has 15 levels at most: configure a shorter `parameterPath` or name."
    case "PoliciesLimitExceededException", "IncompatiblePolicyException",
      "InvalidPolicyAttributeException", "InvalidPolicyTypeException":
      """
      Parameter policies that somebody gave this parameter are in the way (aws ssm describe-parameters \
      shows them): put it once more with `--policies '{}'` and the value that stands there.
      """
    case "ParameterAlreadyExists":
      "Somebody made the parameter in the same moment; the next run finds it."
    case "TagPolicyException", "TagPolicyViolation":
      """
      A tag policy of the organization wants tags on new parameters, and rotate gives none: make the \
      parameter once with its tags, or have the policy leave out this type of resource.
      """
    case "InvalidKeyId", "KMSInvalidStateException", "KMSAccessDeniedException":
      "Check kmsKeyId, its state, and that the caller may use it (kms:Encrypt, kms:Decrypt)."
    case "OptInRequired", "SubscriptionRequiredException", "RegionDisabledException":
      "The account hasn't enabled this region or service."
    default: nil
    }
  }

  /// AWS's own words for a time outside its window, under a code that also means a wrong secret.
  private var saysTimeIsWrong: Bool {
    message.contains("Signature expired: ") || message.contains("Signature not yet current: ")
  }
}
