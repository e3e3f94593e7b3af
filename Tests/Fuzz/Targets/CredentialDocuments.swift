import AWSCredentials
import AWSClient
import Destinations
import Host
import LibCrypto
import RotationExecutor
import RotationPlanner
import rotate

/// The published credential, and local files that a projection changes.
enum CredentialDocuments {
  static func read(_ input: [UInt8]) throws(BrokenPromise) {
    let planted = input.planting("\"\(Secret.text)\",\"Other\":", after: "\"SecretAccessKey\":")
    switch CredentialDocument.read(SecretBytes(copying: planted)) {
    case .failure(let damage):
      try BrokenPromise.ifSecret(in: damage.reason)
      try BrokenPromise.unless(damage.reason.utf8.count < 200, "a reason without end")
    case .success(let pair):
      try BrokenPromise.unless(CredentialDocument.isPlain(pair), "a key that needs escaping")
      let written = CredentialDocument.render(pair, as: .json)
      guard written.count <= 4_096 else { return }
      let again = try? CredentialDocument.read(written).get()
      try BrokenPromise.unless(again?.equals(pair) == true, "written, it reads as another")
    }
  }

  /// A file that others write, too: the new key is found in it, or it is left alone.
  static func replaceInFile(
    _ input: [UInt8], mayRefuse: Bool = true
  ) throws(BrokenPromise) {
    for format in [ProjectionFormat.dotenv, .credentialsFile] {
      let store = MemoryProjections(input)
      let files = DestinationRegistry([LocalFile(store)])
      let projection = FileProjection(path: "/f", format: format)
      let pair = AccessKeyPair(
        id: AccessKeyID("AKIANEW"), secret: SecretBytes(copying: Secret.text))
      _ = try? files.keyId(in: projection)
      do throws(ProjectionFailure) { _ = try files.write(pair, to: projection) } catch {
        try BrokenPromise.ifSecret(in: error.message)
        try BrokenPromise.unless(
          mayRefuse && format == .credentialsFile, "\(format) is refused: \(error.message)")
        try BrokenPromise.unless(store.bytes == input, "\(format): refused, and yet changed")
        continue
      }
      guard let found = try? files.keyId(in: projection) else {
        throw BrokenPromise(message: "\(format): the new key isn't found")
      }
      try BrokenPromise.unless(found == pair.id, "\(format): \(found) is found, not the new key")
      if format == .credentialsFile { try judgeBySDK(store.bytes) }
    }
  }

  /// Botocore's rules must find the new key.
  private static func judgeBySDK(_ file: [UInt8]) throws(BrokenPromise) {
    let world = World(files: MemoryFiles(["/f": file]), environment: Self.environment)
    guard let found = try? CredentialChain(CredentialsWorld(world.context)).resolve().credentials
    else { throw BrokenPromise(message: "an SDK can't read the file any more") }
    try BrokenPromise.unless(
      found.accessKeyId == "AKIANEW"
        && SecretBytes.equal(found.secretAccessKey, SecretBytes(copying: Secret.text)),
      "an SDK finds another key than the new one")
  }

  private final class MemoryProjections: FileEditor, @unchecked Sendable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(_ path: String) throws(FileFailure) -> SharedSecret? {
      SharedSecret(SecretBytes(copying: bytes))
    }

    func update(
      _ path: String, _ edit: (SharedSecret?) throws(FileFailure) -> SharedSecret
    ) throws(FileFailure) {
      bytes = try edit(try read(path)).bytes.withUnsafeBytes { Array($0) }
    }

    func check(_ path: String) throws(FileFailure) {}
  }

  private static let environment = [
    "AWS_CONFIG_FILE": "/none", "AWS_SHARED_CREDENTIALS_FILE": "/f",
    "AWS_EC2_METADATA_DISABLED": "true",
  ]
}
