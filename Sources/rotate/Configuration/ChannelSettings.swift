/// One entry of `notify.channels`: a way to tell people.
package struct ChannelSettings: Sendable {
  package enum Kind: Sendable {
    /// An incoming webhook as Slack has it, and Mattermost, Rocket.Chat and others with it.
    case slack(url: SecretSource)
    /// JSON, signed with HMAC-SHA256.
    case webhook(url: SecretSource, secret: SecretSource)
    /// A topic of SNS, in the form that AWS's chat integrations read.
    case sns(topicArn: String, region: String)
    case email(MailSettings)
  }

  package struct MailSettings: Sendable {
    /// Nil: sendmail's own.
    var from: String?
    /// Addresses; `{owner}` stands for that of the user's owner.
    var to: [Configured<String>]
    var sendmail: Configured<String>?
  }

  static let ownerPlaceholder = "{owner}"
  static let defaultSendmail = "/usr/sbin/sendmail"

  package var name: String
  var place: FilePlace
  var path: String
  var kind: Kind
  var events: Set<NoticeEvent>
  /// A failure of this channel counts as one of the run.
  var isRequired: Bool

  /// What isn't in the configuration itself.
  var secrets: [SecretSource] {
    switch kind {
    case .slack(let url): [url]
    case .webhook(let url, let secret): [url, secret]
    case .sns, .email: []
    }
  }

  /// The ARN of SNS.
  var topic: String? {
    if case .sns(let arn, _) = kind { arn } else { nil }
  }
}
