internal import LibCrypto
internal import SecretCoding

/// One operation of a service with its input: what is sent, how the reply is read, and whether it
/// may be sent again. Nothing happens before a `ServiceClient` runs it.
package struct Operation<Output: Sendable>: Sendable {
  package let service: Service
  /// As the API calls it: `CreateAccessKey`.
  package let name: String
  package let repeatability: Repeatability
  /// False only for AssumeRoleWithWebIdentity, whose token is the proof.
  package let isSigned: Bool
  let contentType: String
  let body: SharedSecret
  let decode: @Sendable (HTTPResponse) throws(CodecFailure) -> Decoded
  /// An error code that, after a try whose reply was lost, means that this try did the work.
  let doneAfterLostReply: (code: String, output: Output)?
  /// A secret in the body, which a message of AWS's could repeat.
  let secret: SharedSecret?

  /// What a reply holds: the whole answer, or a page after which another must be asked for.
  package indirect enum Decoded: Sendable {
    case complete(Output)
    case continues(Operation<Output>)
  }

  /// How many pages are read before the listing is taken for endless.
  static var maximumPages: Int { 1_000 }
  /// How many items of a listing are kept: twice what IAM lets an account have of users, and a
  /// hundred times what Parameter Store keeps of versions.
  static var maximumItems: Int { 10_000 }
}

extension Operation {
  /// A Query operation. `decode` gets the `…Result` element.
  static func query(
    _ service: Service, _ name: String, _ parameters: [(name: String, value: String)] = [],
    repeatability: Repeatability = .always, isSigned: Bool = true,
    doneAfterLostReply: (code: String, output: Output)? = nil,
    secret: (name: String, value: SharedSecret)? = nil,
    decode: @escaping @Sendable (XMLElement) throws(CodecFailure) -> Decoded
  ) -> Operation {
    let fixed = [("Action", name), ("Version", service.queryVersion ?? "")]
    return Operation(
      service: service, name: name, repeatability: repeatability, isSigned: isSigned,
      contentType: "application/x-www-form-urlencoded; charset=utf-8",
      body: SharedSecret(FormBody.encode(fixed + parameters, secret: secret)),
      decode: { response throws(CodecFailure) in
        let root = try XMLReader.read(response.body)
        guard root.name == "\(name)Response" else {
          throw CodecFailure("<\(root.name)> where <\(name)Response> was expected")
        }
        // Operations without a result have no such element.
        return try decode(root.child("\(name)Result") ?? root)
      }, doneAfterLostReply: doneAfterLostReply, secret: secret?.value)
  }

  /// A JSON 1.1 operation. `decode` gets the reply; nil from it: something is missing there.
  static func json(
    _ service: Service, _ name: String, _ input: [(name: String, value: JSONValue?)],
    repeatability: Repeatability = .always, secret: SharedSecret? = nil,
    decode: @escaping @Sendable (JSONValue) throws(CodecFailure) -> Decoded?
  ) -> Operation {
    let given = input.compactMap { name, value in value.map { (name, $0) } }
    return Operation(
      service: service, name: name, repeatability: repeatability, isSigned: true,
      contentType: jsonContentType, body: SharedSecret(JSONValue.object(given).serialized()),
      decode: { response throws(CodecFailure) in
        guard let answer = JSONValue.read(response.body.bytes), let decoded = try decode(answer)
        else { throw CodecFailure("the JSON is not that of \(name)") }
        return decoded
      }, doneAfterLostReply: nil, secret: secret)
  }

  private static var jsonContentType: String { "application/x-amz-json-1.1" }

  /// The header that names a JSON operation.
  var target: String? { contentType == Self.jsonContentType ? "AmazonSSM.\(name)" : nil }
}
