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
    package var from: String?
    /// Addresses; `{owner}` stands for that of the user's owner.
    package var to: [Configured<String>]
    package var sendmail: Configured<String>?
  }

  package static let ownerPlaceholder = "{owner}"
  package static let defaultSendmail = "/usr/sbin/sendmail"

  package var name: String
  package var place: FilePlace
  package var path: String
  package var kind: Kind
  package var events: Set<NoticeEvent>
  /// A failure of this channel counts as one of the run.
  package var isRequired: Bool

  /// What isn't in the configuration itself.
  package var secrets: [SecretSource] {
    switch kind {
    case .slack(let url): [url]
    case .webhook(let url, let secret): [url, secret]
    case .sns, .email: []
    }
  }

  /// The ARN of SNS.
  package var topic: String? {
    if case .sns(let arn, _) = kind { arn } else { nil }
  }
}
