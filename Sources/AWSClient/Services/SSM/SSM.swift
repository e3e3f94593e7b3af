package import LibCrypto

/// The operations of Systems Manager's Parameter Store.
package enum SSM {
  /// The most names that `GetParameters` takes.
  package static let maximumNames = 10

  /// The newest version, or that one. A policy that allows the parameter allows each of its versions.
  package static func getParameter(
    name: String, version: Int? = nil, withDecryption: Bool
  ) throws(CodecFailure) -> Operation<Parameter> {
    struct Input: Encodable { let Name: String, WithDecryption: Bool }
    struct Output: Decodable { let Parameter: ParameterFields }
    let selected = version.map { "\(name):\($0)" } ?? name
    return try .json(
      .ssm, "GetParameter", Input(Name: selected, WithDecryption: withDecryption)
    ) { (output: Output) throws(CodecFailure) in
      let found = Parameter(output.Parameter)
      guard names(found, name) else { throw CodecFailure("another parameter than \(name)") }
      if let version, found.version != version {
        throw CodecFailure("version \(found.version) where \(version) was asked for")
      }
      return .complete(found)
    }
  }

  /// Ten names at most. They come back in no promised order; those that don't exist apart.
  package static func getParameters(
    names: [String], withDecryption: Bool
  ) throws(CodecFailure) -> Operation<FoundParameters> {
    struct Input: Encodable { let Names: [String], WithDecryption: Bool }
    struct Output: Decodable {
      let Parameters: [ParameterFields]
      let InvalidParameters: [String]?
    }
    guard (1...maximumNames).contains(names.count) else {
      throw CodecFailure("GetParameters takes 1 to \(maximumNames) names, not \(names.count)")
    }
    return try .json(
      .ssm, "GetParameters", Input(Names: names, WithDecryption: withDecryption)
    ) { (output: Output) throws(CodecFailure) in
      let found = FoundParameters(
        parameters: output.Parameters.map(Parameter.init),
        invalidParameters: output.InvalidParameters ?? [])
      let unasked = found.parameters.first { one in !names.contains { Self.names(one, $0) } }
      guard unasked == nil, Set(found.parameters.map(\.name)).count == found.parameters.count else {
        throw CodecFailure("a parameter that was not asked for, or one twice")
      }
      // A name that is in neither list is unknown, which is not the same as absent.
      let answered = Set(found.parameters.map(\.name) + found.invalidParameters)
      for name in names where !answered.contains(name) && !answered.contains(bareName(name)) {
        throw CodecFailure("the reply says nothing about \(name)")
      }
      guard Set(found.parameters.map(\.name)).isDisjoint(with: found.invalidParameters) else {
        throw CodecFailure("a parameter that exists and doesn't")
      }
      return .complete(found)
    }
  }

  /// All versions that Parameter Store keeps (100 at most), oldest first.
  package static func getParameterHistory(
    name: String, withDecryption: Bool
  ) throws(CodecFailure) -> Operation<[Parameter]> {
    try history(name: name, withDecryption: withDecryption, before: [], page: 1, token: nil)
  }

  private static func history(
    name: String, withDecryption: Bool, before: [Parameter], page: Int, token: String?
  ) throws(CodecFailure) -> Operation<[Parameter]> {
    struct Input: Encodable {
      let Name: String, WithDecryption: Bool, MaxResults: Int, NextToken: String?
    }
    struct Output: Decodable {
      let Parameters: [ParameterFields]
      let NextToken: String?
    }
    let input = Input(
      Name: name, WithDecryption: withDecryption, MaxResults: 50, NextToken: token)
    return try .json(.ssm, "GetParameterHistory", input) {
      (output: Output) throws(CodecFailure) in
      let versions = before + output.Parameters.map(Parameter.init)
      guard versions.allSatisfy({ names($0, name) }) else {
        throw CodecFailure("versions of another parameter")
      }
      guard let next = output.NextToken, !next.isEmpty else {
        return .complete(versions.sorted { $0.version < $1.version })
      }
      guard page < Operation<[Parameter]>.maximumPages, next != token,
        versions.count <= Operation<[Parameter]>.maximumItems
      else {
        throw CodecFailure("the history has no end")
      }
      return .continues(
        try history(
          name: name, withDecryption: withDecryption, before: versions, page: page + 1,
          token: next))
    }
  }

  /// Makes a new version, or the parameter. Its number is the result.
  ///
  /// Every execution makes a version, so another try comes only after proof that the one before
  /// was not executed. A parameter that exists must not be given tags with `Overwrite`.
  package static func putParameter(
    name: String, type: ParameterType, value: SharedSecret, keyId: String? = nil,
    description: String? = nil
  ) throws(CodecFailure) -> Operation<Int> {
    struct Input: Encodable {
      let Name: String, `Type`: String, Value: String, KeyId: String?, Description: String?
      let Overwrite = true

      private enum CodingKeys: String, CodingKey {
        case Name, `Type`, Value, KeyId, Description, Overwrite
      }
    }
    struct Output: Decodable { let Version: VersionNumber }
    let text = value.bytes.withUnsafeBytes { String(validating: $0, as: UTF8.self) }
    guard let text else { throw CodecFailure("the value of \(name) is not UTF-8") }
    let input = Input(
      Name: name, Type: type.rawValue, Value: text, KeyId: keyId, Description: description)
    return try .json(
      .ssm, "PutParameter", input, repeatability: .onlyIfNotExecuted, secret: value
    ) { (output: Output) throws(CodecFailure) in .complete(output.Version.value) }
  }

  /// Whether a reply is about what was asked for. A parameter that was named by its ARN may come back
  /// by either.
  private static func names(_ found: Parameter, _ asked: String) -> Bool {
    asked.hasPrefix("arn:") || found.name == bareName(asked) || found.name == asked
  }

  /// Without `:VERSION` or `:LABEL`.
  private static func bareName(_ name: String) -> String {
    name.hasPrefix("arn:") ? name : String(name.prefix { $0 != ":" })
  }
}
