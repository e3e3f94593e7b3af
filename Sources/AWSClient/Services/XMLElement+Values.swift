internal import AWSPrimitives

/// Values that a reply may claim and AWS can't mean. What isn't checked here rests on nothing: a garbled
/// id is looked for in vain, a wrong name is another's key.
extension XMLElement {
  /// IAM's rule for ids of keys: 16 to 128 word characters.
  /// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html
  func accessKeyId(_ name: String) throws(CodecFailure) -> String { try id(name) }

  /// The same rule holds for the ids of users.
  func uniqueId(_ name: String) throws(CodecFailure) -> String { try id(name) }

  private func id(_ name: String) throws(CodecFailure) -> String {
    let text = try string(name)
    guard (16...128).contains(text.utf8.count), text.utf8.allSatisfy(Self.isWord) else {
      throw CodecFailure("<\(name)> is no id of AWS's")
    }
    return text
  }

  /// IAM tells no two names apart by their case, so the answer may spell it in another.
  func userName(_ name: String, asked: String?) throws(CodecFailure) -> String {
    let text = try string(name)
    guard (1...64).contains(text.utf8.count),
      text.utf8.allSatisfy({ Self.isWord($0) || "+=,.@-".utf8.contains($0) })
    else { throw CodecFailure("<\(name)> is no name of a user") }
    guard let asked, asked.lowercased() != text.lowercased() else { return text }
    throw CodecFailure("the reply is about another user than \(asked)")
  }

  /// Twelve digits.
  func account(_ name: String) throws(CodecFailure) -> String {
    let text = try string(name)
    guard ARN.isAccount(text) else { throw CodecFailure("<\(name)> is no account") }
    return text
  }

  /// `arn:aws:iam::111122223333:user/path/name`, and whatever else has an account; with its account.
  func arn(_ name: String) throws(CodecFailure) -> (text: String, account: String) {
    let text = try string(name)
    guard let arn = ARN(text), arn.hasAccount else {
      throw CodecFailure("<\(name)> is no ARN with an account")
    }
    return (text, arn.account)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    default: false
    }
  }
}
