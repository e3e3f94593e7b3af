/// What a finding is, in one stable word: scripts and runbooks search for it, so it never changes when
/// the words do. docs/operations.md has an entry for each, "Every message".
package enum FindingCode: String, Sendable, Codable, CaseIterable, CustomStringConvertible {
  // MARK: Somebody must decide

  case twoKeysNoRecord = "two-keys-no-record"
  case foreignKey = "foreign-key"
  case foreignKeyTakesSlot = "foreign-key-takes-slot"
  case nothingToGiveUp = "nothing-to-give-up"
  case publishedKeyInactive = "published-key-inactive"
  case noRoom = "no-room"
  case parameterType = "parameter-type"
  case copyNotUpdated = "copy-not-updated"
  case copyShowsLeakedKey = "copy-shows-leaked-key"
  case orphanTakesSlot = "orphan-takes-slot"
  case stillInUse = "still-in-use"
  case ownKey = "own-key"
  case paused
  case pauseIsOver = "pause-is-over"
  case rollbackUnfinished = "rollback-unfinished"
  case rollbackUnproven = "rollback-unproven"
  case rolledBack = "rolled-back"
  case rollBackRefused = "roll-back-refused"
  case nothingToRollBackTo = "nothing-to-roll-back-to"
  case perhapsPublished = "perhaps-published"
  case secretUnknown = "secret-unknown"
  case runningBuilds = "running-builds"
  case noRoomToReplace = "no-room-to-replace"
  case contained
  case stillAccepted = "still-accepted"
  case sessionsGoOn = "sessions-go-on"
  case sessionsRevoked = "sessions-revoked"
  case sessionsNotRevoked = "sessions-not-revoked"
  case revocationNameTaken = "revocation-name-taken"
  case revocationNotEnded = "revocation-not-ended"
  case replacedAlready = "replaced-already"
  case nothingPublished = "nothing-published"
  case overdue
  case unknownStatus = "unknown-status"
  case nobodySelected = "nobody-selected"

  // MARK: The record

  case recordUnproven = "record-unproven"
  case keySpared = "key-spared"
  case recordUnreadable = "record-unreadable"
  case recordNewer = "record-newer"
  case recordOfAnother = "record-of-another"
  case userMadeAgain = "user-made-again"
  case userRenamed = "user-renamed"
  case userSpelledOtherwise = "user-spelled-otherwise"
  case publishedInAnotherCase = "published-in-another-case"
  case recordNotWritten = "record-not-written"
  case auditLogNew = "audit-log-new"
  case auditLogCut = "audit-log-cut"

  // MARK: Another run, or AWS taking its time

  case leaseHeld = "lease-held"
  case leaseNearlyOver = "lease-nearly-over"
  case intentNotSeen = "intent-not-seen"
  case movedOn = "moved-on"
  case noDecision = "no-decision"
  case creationUnanswered = "creation-unanswered"
  case creationFailed = "creation-failed"
  case newKeyUnusable = "new-key-unusable"
  case publicationUnconfirmed = "publication-unconfirmed"
  case notUsableYet = "not-usable-yet"
  case listLags = "list-lags"
  case restoreRefused = "restore-refused"
  case recordTooLong = "record-too-long"
  case strangeSecret = "strange-secret"

  // MARK: Calls and credentials

  case callFailed = "call-failed"
  case evidenceMissing = "evidence-missing"
  case unknownUser = "unknown-user"
  case publishedElsewhere = "published-elsewhere"
  case notManaged = "not-managed"
  case noTime = "no-time"
  case credentialsWritable = "credentials-writable"
  case noCredentials = "no-credentials"
  case credentials
  case notPublished = "not-published"
  case credentialsDamaged = "credentials-damaged"

  // MARK: rotate check

  case checkConfiguration = "check-configuration"
  case checkCredentials = "check-credentials"
  case checkEndpoint = "check-endpoint"
  case checkClock = "check-clock"
  case checkUsers = "check-users"
  case checkSkipped = "check-skipped"
  case checkPermissions = "check-permissions"
  case checkSeeds = "check-seeds"
  case checkDevices = "check-devices"
  case checkSessions = "check-sessions"
  case checkNotify = "check-notify"
  case checkHeartbeat = "check-heartbeat"
  case checkMetrics = "check-metrics"
  case checkHooks = "check-hooks"
  case checkKMS = "check-kms"
  case checkFiles = "check-files"
  case checkAuditLog = "check-audit-log"
  case checkDisk = "check-disk"
  case checkEnvironment = "check-environment"
  case checkTimer = "check-timer"
  case checkDue = "check-due"

  // MARK: The policy

  case policyNeedsIAM = "policy-needs-iam"
  case policyNoRegion = "policy-no-region"
  case policyNoPrincipal = "policy-no-principal"
  case policyNoPart = "policy-no-part"
  case policyNoPair = "policy-no-pair"
  case policyNoSeed = "policy-no-seed"

  // MARK: MFA and sessions

  case sessionSeed = "session-seed"
  case sessionCodeRefused = "session-code-refused"
  case sessionDevice = "session-device"
  case sessionKeyRefused = "session-key-refused"
  case sessionClock = "session-clock"
  case sessionFailed = "session-failed"
  case sessionUnusable = "session-unusable"
  case sessionUnconfirmed = "session-unconfirmed"
  case sessionTooLarge = "session-too-large"
  case sessionNoTime = "session-no-time"
  case noSessions = "no-sessions"
  case mfaNotConfigured = "mfa-not-configured"
  case mfaDeviceForeign = "mfa-device-foreign"
  case mfaDeviceOfAnother = "mfa-device-of-another"
  case mfaSeedLost = "mfa-seed-lost"
  case mfaSeedTaken = "mfa-seed-taken"
  case mfaSeedUnconfirmed = "mfa-seed-unconfirmed"
  case mfaCodesRefused = "mfa-codes-refused"
  case mfaStrangeDevice = "mfa-strange-device"
  case unfinishedRun = "unfinished-run"

  // MARK: This host

  case auditLog = "audit-log"
  case noAuditLog = "no-audit-log"
  case noConfiguration = "no-configuration"
  case projectionFile = "projection-file"
  case sessionTokenRemoved = "session-token-removed"
  case output
  case interrupted
  case runWaits = "run-waits"

  // MARK: Told, watched, hooks

  case notifyRefused = "notify-refused"
  case notifyFailed = "notify-failed"
  case notifyMemory = "notify-memory"
  case overdueSoon = "overdue-soon"
  case heartbeatRefused = "heartbeat-refused"
  case heartbeatFailed = "heartbeat-failed"
  case metricsRefused = "metrics-refused"
  case metricsFailed = "metrics-failed"
  case hookRefused = "hook-refused"
  case hookVetoed = "hook-vetoed"
  case hookFailed = "hook-failed"
  case hookNotAsked = "hook-not-asked"

  // MARK: The configuration (exit code 78)

  case configUnreadable = "config-unreadable"
  case configUntrusted = "config-untrusted"
  case configNotJSON = "config-not-json"
  case configDuplicateKey = "config-duplicate-key"
  case configUnknownKey = "config-unknown-key"
  case configMissingKey = "config-missing-key"
  case configWrongType = "config-wrong-type"
  case configBadValue = "config-bad-value"
  case configBadDuration = "config-bad-duration"
  case configPeriods = "config-periods"
  case configDuplicateUser = "config-duplicate-user"
  case configParameterName = "config-parameter-name"
  case configRecordTooLong = "config-record-too-long"
  case configDuplicateName = "config-duplicate-name"
  case configSecretInString = "config-secret-in-string"
  case configSecretInClear = "config-secret-in-clear"
  case configUnknownChannel = "config-unknown-channel"
  case configKMSKey = "config-kms-key"

  package var description: String { rawValue }
}
