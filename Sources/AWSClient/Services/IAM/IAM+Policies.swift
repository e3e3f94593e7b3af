/// The operations on a user's inline policies.
extension IAM {
  /// The policy's JSON.
  package static func getUserPolicy(userName: String, policyName: String) -> Operation<String> {
    .query(.iam, "GetUserPolicy", [("UserName", userName), ("PolicyName", policyName)]) {
      result throws(CodecFailure) in
      .complete(decoded(try result.string("PolicyDocument")))
    }
  }

  /// Puts it, or replaces the one of this name.
  package static func putUserPolicy(
    userName: String, policyName: String, document: String
  ) -> Operation<Void> {
    let input = [
      ("UserName", userName), ("PolicyName", policyName), ("PolicyDocument", document),
    ]
    return .query(.iam, "PutUserPolicy", input) { _ in .complete(()) }
  }

  /// After a try whose reply was lost, `NoSuchEntity` means that this try did it.
  package static func deleteUserPolicy(userName: String, policyName: String) -> Operation<Void> {
    .query(
      .iam, "DeleteUserPolicy", [("UserName", userName), ("PolicyName", policyName)],
      doneAfterLostReply: ("NoSuchEntity", ())
    ) { _ in .complete(()) }
  }

  /// IAM gives a document percent-encoded by RFC 3986
  /// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html). What isn't
  /// encoded stays as it is.
  private static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = hexadecimal(rest.prefix(2)) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt8? {
    let isPlain = digits.count == 2 && digits.allSatisfy { $0 != UInt8(ascii: "+") }
    return isPlain ? UInt8(String(decoding: digits, as: UTF8.self), radix: 16) : nil
  }
}
