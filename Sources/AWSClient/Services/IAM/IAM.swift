/// The operations of IAM. Every one names the user: with temporary credentials IAM demands it.
package enum IAM {
  package static func listAccessKeys(userName: String) -> Operation<[AccessKeyMetadata]> {
    listing("ListAccessKeys", [("UserName", userName)], "AccessKeyMetadata") {
      element throws(CodecFailure) in try AccessKeyMetadata(element, of: userName)
    }
  }

  /// Sent once: another try only after proof that the one before was not executed.
  package static func createAccessKey(userName: String) -> Operation<CreatedAccessKey> {
    .query(
      .iam, "CreateAccessKey", [("UserName", userName)], repeatability: .onlyIfNotExecuted
    ) { result throws(CodecFailure) in
      .complete(try CreatedAccessKey(result.element(["AccessKey"]), of: userName))
    }
  }

  package static func updateAccessKey(
    userName: String, accessKeyId: String, status: AccessKeyStatus
  ) -> Operation<Void> {
    let input = [
      ("UserName", userName), ("AccessKeyId", accessKeyId), ("Status", status.rawValue),
    ]
    return .query(.iam, "UpdateAccessKey", input) { _ in .complete(()) }
  }

  /// After a try whose reply was lost, `NoSuchEntity` means that this try deleted the key.
  package static func deleteAccessKey(userName: String, accessKeyId: String) -> Operation<Void> {
    .query(
      .iam, "DeleteAccessKey", [("UserName", userName), ("AccessKeyId", accessKeyId)],
      doneAfterLostReply: ("NoSuchEntity", ())
    ) { _ in .complete(()) }
  }

  package static func getAccessKeyLastUsed(accessKeyId: String) -> Operation<AccessKeyLastUsed> {
    .query(.iam, "GetAccessKeyLastUsed", [("AccessKeyId", accessKeyId)]) {
      result throws(CodecFailure) in .complete(try AccessKeyLastUsed(result))
    }
  }

  package static func getUser(userName: String) -> Operation<User> {
    .query(.iam, "GetUser", [("UserName", userName)]) { result throws(CodecFailure) in
      .complete(try User(result.element(["User"]), asked: userName))
    }
  }

  /// The users whose path begins so. A path begins and ends with a slash.
  package static func listUsers(pathPrefix: String) -> Operation<[User]> {
    listing("ListUsers", [("PathPrefix", pathPrefix)], "Users") {
      element throws(CodecFailure) in try User(element, asked: nil)
    }
  }

  /// The members of a group.
  package static func getGroup(groupName: String) -> Operation<[User]> {
    listing("GetGroup", [("GroupName", groupName)], "Users") {
      element throws(CodecFailure) in try User(element, asked: nil)
    }
  }

  /// A listing, to its last page.
  static func listing<Item: Sendable>(
    _ name: String, _ input: [(name: String, value: String)], _ list: String,
    _ item: @escaping @Sendable (XMLElement) throws(CodecFailure) -> Item,
    before: [Item] = [], page: Int = 1, marker: String? = nil
  ) -> Operation<[Item]> {
    .query(.iam, name, input + (marker.map { [("Marker", $0)] } ?? [])) {
      result throws(CodecFailure) in
      var items = before
      for member in try result.members(list) { items.append(try item(member)) }
      guard let next = try nextMarker(result, after: marker) else { return .complete(items) }
      guard items.count <= Operation<[Item]>.maximumItems else {
        throw CodecFailure("\(name) has more than \(Operation<[Item]>.maximumItems) items")
      }
      guard page < Operation<[Item]>.maximumPages else {
        throw CodecFailure("\(name) has more than \(page) pages")
      }
      return .continues(
        listing(name, input, list, item, before: items, page: page + 1, marker: next))
    }
  }

  /// Nil after the last page. A listing that is cut without saying where to go on is an error, or
  /// what was cut off would be taken for absent. A marker counts even where `IsTruncated` is left
  /// out.
  private static func nextMarker(
    _ result: XMLElement, after marker: String?
  ) throws(CodecFailure) -> String? {
    let next = result.optionalString("Marker")
    let isTruncated = result.optionalString("IsTruncated") ?? (next == nil ? "false" : "true")
    guard isTruncated == "true" else { return nil }
    guard let next, next != marker else {
      throw CodecFailure("the listing is cut, and its marker leads nowhere")
    }
    return next
  }
}
