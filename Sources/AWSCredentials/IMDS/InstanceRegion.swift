internal import AWSClient
internal import LibCrypto

/// The region that the EC2 instance runs in: the last resort where no region is configured, as the
/// AWS CLI does it. Botocore doesn't.
package enum InstanceRegion {
  /// Nil where there is no metadata service, or it is switched off.
  package static func find(_ world: CredentialsWorld) throws(CredentialFailure) -> String? {
    guard var service = try InstanceMetadata.open(world),
      case .found(let body) = try service.read("placement/region")
    else { return nil }
    let region = body.trimmingBlanks.bytes.string()
    let isName = region.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
    }
    return isName ? region : nil
  }

  /// The same for whoever can do no better without it: a metadata service that is wrongly
  /// configured has none.
  package static func findAny(_ world: CredentialsWorld) -> String? {
    (try? find(world)) ?? nil
  }
}
