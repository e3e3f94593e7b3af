/// A group of regions with its own DNS suffix, accounts and IAM.
///
/// The facts are those of AWS's `partitions.json` and of IAM's endpoint rules; a test compares every
/// region of them with botocore.
package struct Partition: Sendable, Equatable {
  package let id: String
  /// What the names of its regions begin with.
  let regionPrefixes: [String]
  package let dnsSuffix: String
  let dualStackDNSSuffix: String
  /// Of AWS Sign-In, which has its names where the console has them.
  let signInDNSSuffix: String
  /// Where IAM signs, and the region that stands for the whole partition.
  package let globalRegion: String
  /// IAM's four hosts: they follow no pattern.
  let iam: IAMHosts

  struct IAMHosts: Sendable, Equatable {
    var standard: String
    var fips: String
    var dualStack: String
    var fipsDualStack: String
  }

  /// The partition of a region, known or new. A name that fits none belongs to `aws`, as in SDKs.
  package static func of(region: String) -> Partition {
    let named = all.first { $0.pseudoRegion == region }
    // The longest prefix: `us-gov-` before `us-`.
    let fitting = all.flatMap { partition in
      partition.regionPrefixes.filter(region.hasPrefix).map { (partition, $0.utf8.count) }
    }
    return named ?? fitting.max { $0.1 < $1.1 }?.0 ?? aws
  }

  /// The name that stands for the partition's global endpoints: `aws-global`, `aws-cn-global`.
  var pseudoRegion: String { "\(id)-global" }

  package static let all = [aws, china, govCloud, iso, isoB, isoE, isoF, europeanSovereign]

  static let aws = Partition(
    id: "aws",
    regionPrefixes: ["us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-"],
    dnsSuffix: "amazonaws.com", dualStackDNSSuffix: "api.aws", signInDNSSuffix: "aws.amazon.com",
    globalRegion: "us-east-1",
    iam: IAMHosts(
      standard: "iam.amazonaws.com", fips: "iam-fips.amazonaws.com",
      dualStack: "iam.global.api.aws", fipsDualStack: "iam-fips.global.api.aws"))

  static let china = Partition(
    id: "aws-cn", regionPrefixes: ["cn-"], dnsSuffix: "amazonaws.com.cn",
    dualStackDNSSuffix: "api.amazonwebservices.com.cn", signInDNSSuffix: "amazonaws.cn",
    globalRegion: "cn-north-1",
    iam: IAMHosts(
      standard: "iam.cn-north-1.amazonaws.com.cn", fips: "iam-fips.amazonaws.com.cn",
      dualStack: "iam.global.api.amazonwebservices.com.cn",
      fipsDualStack: "iam-fips.api.amazonwebservices.com.cn"))

  static let govCloud = Partition(
    id: "aws-us-gov", regionPrefixes: ["us-gov-"], dnsSuffix: "amazonaws.com",
    dualStackDNSSuffix: "api.aws", signInDNSSuffix: "amazonaws-us-gov.com",
    globalRegion: "us-gov-west-1",
    iam: IAMHosts(
      standard: "iam.us-gov.amazonaws.com", fips: "iam.us-gov.amazonaws.com",
      dualStack: "iam.us-gov.api.aws", fipsDualStack: "iam.us-gov.api.aws"))

  static let iso = Partition(
    id: "aws-iso", regionPrefixes: ["us-iso-"], dnsSuffix: "c2s.ic.gov",
    dualStackDNSSuffix: "api.aws.ic.gov", signInDNSSuffix: "c2shome.ic.gov",
    globalRegion: "us-iso-east-1",
    iam: IAMHosts(
      standard: "iam.us-iso-east-1.c2s.ic.gov", fips: "iam-fips.us-iso-east-1.c2s.ic.gov",
      dualStack: "iam.api.aws.ic.gov", fipsDualStack: "iam-fips.api.aws.ic.gov"))

  static let isoB = Partition(
    id: "aws-iso-b", regionPrefixes: ["us-isob-"], dnsSuffix: "sc2s.sgov.gov",
    dualStackDNSSuffix: "api.aws.scloud", signInDNSSuffix: "sc2shome.sgov.gov",
    globalRegion: "us-isob-east-1",
    iam: IAMHosts(
      standard: "iam.us-isob-east-1.sc2s.sgov.gov",
      fips: "iam-fips.us-isob-east-1.sc2s.sgov.gov", dualStack: "iam.api.aws.scloud",
      fipsDualStack: "iam-fips.api.aws.scloud"))

  static let isoE = Partition(
    id: "aws-iso-e", regionPrefixes: ["eu-isoe-"], dnsSuffix: "cloud.adc-e.uk",
    dualStackDNSSuffix: "api.cloud-aws.adc-e.uk", signInDNSSuffix: "csphome.adc-e.uk",
    globalRegion: "eu-isoe-west-1",
    iam: IAMHosts(
      standard: "iam.eu-isoe-west-1.cloud.adc-e.uk", fips: "iam-fips.cloud.adc-e.uk",
      dualStack: "iam.api.cloud-aws.adc-e.uk", fipsDualStack: "iam-fips.api.cloud-aws.adc-e.uk"))

  static let isoF = Partition(
    id: "aws-iso-f", regionPrefixes: ["us-isof-"], dnsSuffix: "csp.hci.ic.gov",
    dualStackDNSSuffix: "api.aws.hci.ic.gov", signInDNSSuffix: "csphome.hci.ic.gov",
    globalRegion: "us-isof-south-1",
    iam: IAMHosts(
      standard: "iam.us-isof-south-1.csp.hci.ic.gov", fips: "iam-fips.csp.hci.ic.gov",
      dualStack: "iam.api.aws.hci.ic.gov", fipsDualStack: "iam-fips.api.aws.hci.ic.gov"))

  static let europeanSovereign = Partition(
    id: "aws-eusc", regionPrefixes: ["eusc-"], dnsSuffix: "amazonaws.eu",
    dualStackDNSSuffix: "api.amazonwebservices.eu", signInDNSSuffix: "amazonaws-eusc.eu",
    globalRegion: "eusc-de-east-1",
    iam: IAMHosts(
      standard: "iam.eusc-de-east-1.amazonaws.eu", fips: "iam-fips.amazonaws.eu",
      dualStack: "iam.global.api.amazonwebservices.eu",
      fipsDualStack: "iam-fips.api.amazonwebservices.eu"))
}
