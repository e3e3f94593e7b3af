internal import AWSClient
internal import LibCrypto
internal import RotationExecutor
internal import RotationPlanner

// The client's values as the executor's.

extension CallFailure {
  init(_ failure: AWSFailure) {
    let answer = failure.code.map { "\($0): \(failure.message)" } ?? failure.message
    self.init(
      operation: failure.operation, code: failure.code,
      message: answer + (answer.hasSuffix(".") ? " " : ". ") + failure.advice,
      requestId: failure.requestId,
      execution: failure.execution == .notExecuted ? .notExecuted : .unknown,
      fenced: failure.kind == .fenced,
      decryption: failure.decryptionRefusal.map {
        switch $0 {
        case .keyUnusable(let why): .keyUnusable(why)
        case .notPermitted(let why): .notPermitted(why)
        }
      }, lasts: failure.kind == .refused)
  }
}

extension ObservedUser {
  init(_ user: IAM.User) {
    self.init(name: user.userName, userId: user.userId, account: user.account)
  }
}

extension AccessKey {
  init(_ key: IAM.AccessKeyMetadata) {
    let status: AccessKeyStatus =
      switch key.status {
      case .active: .active
      case .inactive: .inactive
      case .expired: .expired
      default: .other(key.status.rawValue)
      }
    self.init(id: AccessKeyID(key.accessKeyId), status: status, createdAt: key.createDate)
  }
}

extension Parameter {
  convenience init(_ parameter: SSM.Parameter) {
    self.init(
      name: parameter.name, version: parameter.version, modifiedAt: parameter.lastModifiedDate,
      // There are no others. One that comes later is shown to nobody.
      kind: Kind(rawValue: parameter.type) ?? .secureString,
      writer: parameter.lastModifiedUser, value: parameter.value.clone())
  }
}

extension SSM.ParameterType {
  init(_ kind: Parameter.Kind) {
    self =
      switch kind {
      case .string: .string
      case .stringList: .stringList
      case .secureString: .secureString
      }
  }
}
