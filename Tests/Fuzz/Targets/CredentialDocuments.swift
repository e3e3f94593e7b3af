import AWSClient
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

  /// A file that others write, too: the key in it is replaced, and the new one is found.
  static func replaceInFile(_ input: [UInt8]) throws(BrokenPromise) {
    for format in [ProjectionFormat.dotenv, .credentialsFile] {
      let store = MemoryFiles(["/f": input])
      let files = LocalProjectionFiles(store)
      let projection = FileProjection(path: "/f", format: format)
      let pair = AccessKeyPair(
        id: AccessKeyID("AKIANEW"), secret: SecretBytes(copying: Secret.text))
      _ = try? files.keyId(in: projection)
      guard (try? files.write(pair, to: projection)) != nil,
        let found = try? files.keyId(in: projection)
      else { throw BrokenPromise(message: "\(format): the new key isn't found") }
      try BrokenPromise.unless(found == pair.id, "\(format): \(found) is found, not the new key")
    }
  }

  /// Botocore's rules must find the new key in a plain file.
  static func judgeBySDK(_ input: [UInt8]) throws(BrokenPromise) {
    let store = MemoryFiles(["/f": input])
    let pair = AccessKeyPair(
      id: AccessKeyID("AKIANEW"), secret: SecretBytes(copying: Secret.text))
    try? LocalProjectionFiles(store).write(
      pair, to: FileProjection(path: "/f", format: .credentialsFile))
    let world = World(files: store, environment: Self.environment)
    guard let found = try? CredentialChain(CredentialsWorld(world.context)).resolve().credentials
    else { throw BrokenPromise(message: "an SDK can't read the file any more") }
    try BrokenPromise.unless(
      found.accessKeyId == pair.id.rawValue
        && SecretBytes.equal(found.secretAccessKey, pair.secret),
      "an SDK finds another key than the new one")
  }

  private static let environment = [
    "AWS_CONFIG_FILE": "/none", "AWS_SHARED_CREDENTIALS_FILE": "/f",
    "AWS_EC2_METADATA_DISABLED": "true",
  ]
}
