/// What a signature is good for: one day, one region, one service.
///
/// Specification: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
public struct CredentialScope: Sendable, Equatable, CustomStringConvertible {
  /// The day in UTC, `20150830`.
  public let day: String
  /// The region that the service signs for, `us-east-1`. A global service has one, too.
  public let region: String
  /// The service's signing name, `iam`, which may differ from its endpoint's.
  public let service: String

  /// The scope of a signature made at a time. Region and service are lowercase, as AWS names them.
  public init(date: SigningDate, region: String, service: String) {
    day = date.day
    self.region = region
    self.service = service
  }

  /// As it stands in the string to sign: `20150830/us-east-1/iam/aws4_request`.
  public var description: String { "\(day)/\(region)/\(service)/\(Self.termination)" }

  /// What ends each scope, and the last step in deriving a signing key.
  static let termination = "aws4_request"

  func append(to text: inout CanonicalText) {
    text.append(contentsOf: day)
    text.append("/")
    text.append(contentsOf: region)
    text.append("/")
    text.append(contentsOf: service)
    text.append("/")
    text.append(contentsOf: Self.termination)
  }

  /// The number of bytes of the description.
  var count: Int {
    day.utf8.count + region.utf8.count + service.utf8.count + 3 + Self.termination.utf8.count
  }
}
