internal import Findings

/// One thing that is wrong in a configuration file.
package struct ConfigurationProblem: Error, Sendable, Equatable {
  package enum Code: Sendable {
    case unreadable
    case untrusted
    case notJSON
    case duplicateKey
    case unknownKey
    case missingKey
    case wrongType
    case badValue
    case badDuration
    case periods
    case duplicateUser
    case parameterName
    case duplicateName
    case recordTooLong
    case secretInString
    case secretInClear
    case unknownChannel
    case kmsKey

    /// Stable, for the index of messages.
    var listed: FindingCode {
      switch self {
      case .unreadable: .configUnreadable
      case .untrusted: .configUntrusted
      case .notJSON: .configNotJSON
      case .duplicateKey: .configDuplicateKey
      case .unknownKey: .configUnknownKey
      case .missingKey: .configMissingKey
      case .wrongType: .configWrongType
      case .badValue: .configBadValue
      case .badDuration: .configBadDuration
      case .periods: .configPeriods
      case .duplicateUser: .configDuplicateUser
      case .parameterName: .configParameterName
      case .duplicateName: .configDuplicateName
      case .recordTooLong: .configRecordTooLong
      case .secretInString: .configSecretInString
      case .secretInClear: .configSecretInClear
      case .unknownChannel: .configUnknownChannel
      case .kmsKey: .configKMSKey
      }
    }
  }

  package var code: Code
  /// Nil where it is about the file as a whole.
  package var place: FilePlace?
  /// Such as `users[1].rotateEvery`.
  package var path: String
  /// What is wrong and what would be right.
  package var message: String

  package init(_ code: Code, _ place: FilePlace?, _ path: String, _ message: String) {
    self.code = code
    self.place = place
    self.path = path
    self.message = message
  }
}

/// A configuration that can't be used: exit code 78, before any call.
package struct ConfigurationFailure: Error, Sendable, CustomStringConvertible {
  /// As the person named it.
  package var file: String
  /// In the order of their places.
  package var problems: [ConfigurationProblem]

  package init(file: String, problems: [ConfigurationProblem]) {
    self.file = file
    self.problems = problems.sorted {
      ($0.place ?? FilePlace(line: 0, column: 0)) < ($1.place ?? FilePlace(line: 0, column: 0))
    }
  }

  /// More would hide the first.
  private static let mostShown = 50

  /// One line a problem: `config.json:7:14 users[1].rotateEvery: … [config-bad-duration]`.
  package var description: String {
    let more = problems.count - Self.mostShown
    let lines = problems.prefix(Self.mostShown).map { problem in
      let place = problem.place.map { ":\($0.line):\($0.column)" } ?? ""
      let path = problem.path.isEmpty ? "" : " \(problem.path)"
      return "\(file)\(place)\(path): \(problem.message) [\(problem.code.listed)]"
    }
    return (lines + (more > 0 ? ["\(file): and \(more) more problems"] : []))
      .joined(separator: "\n")
  }
}
