package import Configuration
internal import AWSClient
internal import Glibc
internal import RotationPlanner

/// Looks at the start for whatever the configuration promises of this host and that isn't so. It
/// changes nothing, runs nothing and tells nobody.
package enum Preflight {
  /// For a run, and for whoever checks the configuration beforehand. A run asks AWS for no secret
  /// before it has to.
  package static func refusals(
    _ configuration: Configuration, environment: [String: String]
  ) -> [Refusal] {
    refusals(configuration, SecretReader(environment: environment, client: nil))
  }

  /// With a reader that has a client, secrets in Parameter Store are read, too.
  static func refusals(_ configuration: Configuration, _ reader: SecretReader) -> [Refusal] {
    let file = configuration.file ?? ""
    var refusals = configuration.notify.channels.compactMap { channel(in: file, $0, reader) }
    if let settings = configuration.heartbeat {
      for source in settings.secrets {
        guard let fault = reader.fault(source, isURL: true) else { continue }
        refusals.append(
          Refusal(
            part: .heartbeat, isRequired: settings.isRequired, needsUnit: reader.needsUnit(source),
            refused: refused(
              .heartbeat, file, source.written, fault, settings.isRequired)))
        break
      }
    }
    if let settings = configuration.metrics, let fault = folderFault(settings.textfile.value) {
      refusals.append(
        Refusal(
          part: .metrics, isRequired: settings.isRequired,
          refused: refused(
            .metrics, file, settings.textfile, fault, settings.isRequired)))
    }
    for event in HookEvent.allCases {
      for hook in configuration.hooks[event] ?? [] {
        guard let fault = HookFile.fault(hook.command[0]) else { continue }
        refusals.append(
          Refusal(
            part: .hook(hook.program.path), isRequired: hook.isRequired,
            refused: refused(.hook, file, hook.program, fault, hook.isRequired)))
      }
    }
    return refusals
  }

  private static func channel(
    in file: String, _ channel: ChannelSettings, _ reader: SecretReader
  ) -> Refusal? {
    guard let (written, fault) = fault(channel, reader) else { return nil }
    let source = channel.secrets.first { $0.written.path == written.path }
    return Refusal(
      part: .channel(channel.name), isRequired: channel.isRequired,
      needsUnit: source.map { reader.needsUnit($0) } ?? false,
      refused: refused(.channel, file, written, fault, channel.isRequired))
  }

  private static func fault(
    _ channel: ChannelSettings, _ reader: SecretReader
  ) -> (Configured<String>, String)? {
    switch channel.kind {
    case .sns: return nil
    case .slack(let url):
      return reader.fault(url, isURL: true).map { (url.written, $0) }
    case .webhook(let url, let secret):
      return reader.fault(url, isURL: true).map { (url.written, $0) }
        ?? reader.fault(secret, isURL: false).map { (secret.written, $0) }
    case .email(let settings): return mailFault(channel, settings)
    }
  }

  private static func mailFault(
    _ channel: ChannelSettings, _ settings: ChannelSettings.MailSettings
  ) -> (Configured<String>, String)? {
    for address in settings.to
    where address.value.contains("{") && address.value != ChannelSettings.ownerPlaceholder {
      return (address, "\(address.value): there is only {owner}, which stands alone")
    }
    let program = settings.sendmail?.value ?? ChannelSettings.defaultSendmail
    var status = stat()
    guard stat(program, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      access(program, X_OK) == 0
    else {
      let written =
        settings.sendmail
        ?? Configured(program, place: channel.place, path: "\(channel.path).sendmail")
      return (written, "there is no program \(program): install a sendmail, such as msmtp-mta")
    }
    return nil
  }

  /// Whether a file can be made and replaced there.
  private static func folderFault(_ file: String) -> String? {
    let parent = file[..<(file.lastIndex(of: "/") ?? file.startIndex)]
    let folder = parent.isEmpty ? "/" : String(parent)
    var status = stat()
    guard stat(folder, &status) == 0 else {
      return "\(folder): \(String(cString: strerror(errno))); it must be the folder that "
        + "node_exporter's textfile collector reads"
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return "\(folder) is no directory" }
    guard access(folder, W_OK | X_OK) == 0 else {
      return "\(folder) can't be written by the user that runs rotate; under systemd it also "
        + "needs ReadWritePaths=\(folder)"
    }
    return nil
  }

  private static func refused(
    _ part: MonitoringFinding.Part, _ file: String, _ written: Configured<String>,
    _ fault: String, _ isRequired: Bool
  ) -> MonitoringFinding {
    .refused(
      part, at: "\(file):\(written.place.line):\(written.place.column) \(written.path)",
      fault: fault, isRequired ? .required : .optional)
  }
}
