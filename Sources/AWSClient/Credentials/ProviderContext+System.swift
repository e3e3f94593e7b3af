internal import Glibc
internal import struct FoundationEssentials.Date

extension ProviderContext {
  /// The host itself.
  package static func system(
    environment: [String: String], profile: String? = nil, region: String? = nil,
    transport: @escaping @Sendable () -> any HTTPTransport,
    sts: @escaping @Sendable (ProfileSettings) -> any STSPort,
    mfaCode: (@Sendable (_ serialNumber: String) -> String?)? = nil
  ) -> ProviderContext {
    ProviderContext(
      environment: environment, profile: profile, region: region,
      homeDirectory: homeDirectory, files: SystemFiles(), processes: SystemProcesses(),
      now: { Date() },
      sleep: { duration in
        let parts = duration.components
        var left = timespec(
          tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
        var time = left
        while nanosleep(&time, &left) != 0 && errno == EINTR { time = left }
      },
      transport: transport, sts: sts, mfaCode: mfaCode)
  }

  /// By the user database.
  private static func homeDirectory(_ user: String?) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    let status =
      if let user {
        getpwnam_r(user, &entry, &buffer, buffer.count, &found)
      } else {
        getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found)
      }
    guard status == 0, found != nil, let home = entry.pw_dir else { return nil }
    return String(cString: home)
  }
}
