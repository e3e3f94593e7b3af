package import LibCrypto
internal import SecretCoding

/// The operations of Systems Manager's Parameter Store.
package enum SSM {
  /// The most names that `GetParameters` takes.
  package static let maximumNames = 10

  /// The newest version, or that one. A policy that allows the parameter allows each of its versions.
  package static func getParameter(
    name: String, version: Int? = nil, withDecryption: Bool
  ) throws(CodecFailure) -> Operation<Parameter> {
    let selected = version.map { "\(name):\($0)" } ?? name
    return .json(
      .ssm, "GetParameter", [("Name", .text(selected)), ("WithDecryption", .bool(withDecryption))]
    ) { reply throws(CodecFailure) in
      guard let found = reply["Parameter"].flatMap(Parameter.init) else { return nil }
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
    guard (1...maximumNames).contains(names.count) else {
      throw CodecFailure("GetParameters takes 1 to \(maximumNames) names, not \(names.count)")
    }
    return .json(
      .ssm, "GetParameters",
      [
        ("Names", .array(names.map { .text($0) })), ("WithDecryption", .bool(withDecryption)),
      ]
    ) { reply throws(CodecFailure) in
      guard let parameters = parameters(reply),
        let invalid = Self.names(reply["InvalidParameters"] ?? .null)
      else { return nil }
      let found = FoundParameters(parameters: parameters, invalidParameters: invalid)
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
    return .json(
      .ssm, "GetParameterHistory",
      [
        ("Name", .text(name)), ("WithDecryption", .bool(withDecryption)),
        ("MaxResults", .number("50")), ("NextToken", token.map { .text($0) }),
      ]
    ) { reply throws(CodecFailure) in
      guard let found = parameters(reply) else { return nil }
      let versions = before + found
      guard versions.allSatisfy({ names($0, name) }) else {
        throw CodecFailure("versions of another parameter")
      }
      guard let next = reply["NextToken"]?.string, !next.isEmpty else {
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
    guard value.withUnsafeBytes(JSONValue.isUTF8) else {
      throw CodecFailure("the value of \(name) is not UTF-8")
    }
    return .json(
      .ssm, "PutParameter",
      [
        ("Name", .text(name)), ("Type", .text(type.rawValue)), ("Value", .text(value)),
        ("KeyId", keyId.map { .text($0) }), ("Description", description.map { .text($0) }),
        ("Overwrite", .bool(true)),
      ], repeatability: .onlyIfNotExecuted, secret: value
    ) { reply in reply["Version"].flatMap(version).map { .complete($0) } }
  }

  /// Nil where one can't be read.
  private static func parameters(_ reply: JSONValue) -> [Parameter]? {
    let parameters = reply["Parameters"]?.elements?.map { Parameter($0) }
    guard let parameters, parameters.allSatisfy({ $0 != nil }) else { return nil }
    return parameters.compactMap { $0 }
  }

  /// Null counts as none.
  private static func names(_ list: JSONValue) -> [String]? {
    if case .null = list { return [] }
    let names = list.elements?.map(\.string)
    guard let names, !names.contains(nil) else { return nil }
    return names.compactMap { $0 }
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
