package import AWSClient
package import Host
package import struct FoundationEssentials.Date

/// Everything outside the process that the credential providers may touch, as one value.
package struct ProviderContext: Sendable {
  /// The process's environment.
  package var environment: [String: String]
  /// `--profile`. It makes botocore, and so this program, pass over the keys of the environment.
  package var profile: String?
  /// `--region`.
  package var region: String?
  /// `--endpoint-url`.
  package var endpointURL: String?
  /// The home directory of a user, or of the user that runs the program (nil); nil when unknown.
  package var homeDirectory: @Sendable (_ user: String?) -> String?
  package var files: any FileStore
  package var processes: any ProcessRunner
  /// The host's clock, which credentials are judged by.
  package var now: @Sendable () -> Date
  package var sleep: @Sendable (Duration) -> Void
  /// A transport for the calling thread, by the chosen profile's settings (`ca_bundle`).
  package var transport: @Sendable (ProfileSettings) -> any HTTPTransport
  /// STS in the region and by the endpoints of these settings, for the calling thread.
  package var sts: @Sendable (ProfileSettings) -> any STSPort
  /// Nil where nobody can be asked for a code.
  package var mfaCode: MFACodeSource?

  package init(
    environment: [String: String], profile: String? = nil, region: String? = nil,
    endpointURL: String? = nil,
    homeDirectory: @escaping @Sendable (_ user: String?) -> String?, files: any FileStore,
    processes: any ProcessRunner, now: @escaping @Sendable () -> Date,
    sleep: @escaping @Sendable (Duration) -> Void,
    transport: @escaping @Sendable (ProfileSettings) -> any HTTPTransport,
    sts: @escaping @Sendable (ProfileSettings) -> any STSPort,
    mfaCode: MFACodeSource? = nil
  ) {
    self.environment = environment
    self.profile = profile
    self.region = region
    self.endpointURL = endpointURL
    self.homeDirectory = homeDirectory
    self.files = files
    self.processes = processes
    self.now = now
    self.sleep = sleep
    self.transport = transport
    self.sts = sts
    self.mfaCode = mfaCode
  }

  /// An environment variable; one that holds nothing but white space counts as not set.
  package func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.trimmingBlanks.isEmpty ? nil : $0 }
  }

  /// `AWS_EC2_METADATA_DISABLED` and its like: true only for `true`, in any case.
  package func flag(_ name: String) -> Bool? {
    variable(name).map { $0.trimmingBlanks.lowercased() == "true" }
  }
}
