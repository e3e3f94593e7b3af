import Foundation

/// Runs the built program, with an environment of its own and no way to the network.
struct Program {
  var status: Int32
  var out: String
  var error: String

  static let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

  /// Beside the test bundle, where the package manager builds both.
  static let path: URL = {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    var directory = bundle.deletingLastPathComponent()
    // Under `swift test` the first argument is the bundle itself or a runner inside of it.
    for _ in 0..<4 {
      let candidate = directory.appendingPathComponent("rotate")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      directory.deleteLastPathComponent()
    }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../.build/debug/rotate").standardizedFileURL
    return root
  }()

  static func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Program {
    let process = Process()
    process.executableURL = path
    process.arguments = arguments
    process.environment = [
      "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true",
      "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
      "ROTATE_CONFIG": "", "SWIFT_BACKTRACE": "enable=no",
    ].merging(environment) { _, new in new }
    let (out, error) = (Pipe(), Pipe())
    process.standardOutput = out
    process.standardError = error
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // Each output of these tests fits into a pipe's buffer.
    process.waitUntilExit()
    return Program(
      status: process.terminationStatus,
      out: String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self),
      error: String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
  }
}
