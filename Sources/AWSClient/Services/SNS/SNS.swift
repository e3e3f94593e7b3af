/// The operations of SNS.
package enum SNS {
  /// Publishes one message, 256 KiB at most. The result is its id. A subject is for subscribers by
  /// e-mail: ASCII, 100 characters at most.
  ///
  /// Sent again only after proof that nothing was published, since a message twice is noise.
  package static func publish(
    topicArn: String, message: String, subject: String? = nil,
    attributes: [(name: String, value: String)] = []
  ) -> Operation<String> {
    var input = [("TopicArn", topicArn), ("Message", message)]
    if let subject { input.append(("Subject", subject)) }
    for (index, attribute) in attributes.enumerated() {
      let entry = "MessageAttributes.entry.\(index + 1)"
      input += [
        ("\(entry).Name", attribute.name), ("\(entry).Value.DataType", "String"),
        ("\(entry).Value.StringValue", attribute.value),
      ]
    }
    return .query(.sns, "Publish", input, repeatability: .onlyIfNotExecuted) {
      result throws(CodecFailure) in .complete(try result.string("MessageId"))
    }
  }
}
