internal import AWSClient

/// The files of boto 2: `BOTO_CONFIG`, or else `/etc/boto.cfg` and `~/.boto`, section
/// `[Credentials]`.
struct BotoFileProvider: CredentialProvider {
  let name = "boto 2 file"

  func provide(_ world: CredentialsWorld) -> ProviderResult {
    let paths = world.environment("BOTO_CONFIG").map { [$0] } ?? ["/etc/boto.cfg", "~/.boto"]
    do throws(CredentialFailure) {
      for path in paths {
        let sections = try SharedConfiguration.sections(of: path, source: name, world.context)
        let section = sections?.first { $0.name == "Credentials" }
        // Boto 2 files hold no session tokens.
        let found = try StaticCredentials.read(
          section?.settings ?? [:], source: "\(name) \(path)", withToken: false)
        if let found { return .found(found) }
      }
      return .notConfigured("no key under [Credentials] of \(paths.joined(separator: ", "))")
    } catch {
      return .failed(error)
    }
  }
}
