import AWSClient
import Foundation

/// The servers of `Fixtures/servers.py`, started once. They end with the test's process, since their
/// standard input is a pipe from it.
struct MisbehavingServers {
  private struct Started: Decodable {
    var ports: [String: Int]
    var certificates: String
  }

  static let shared = Result { try MisbehavingServers() }

  private let process = Process()
  private let lifeline = Pipe()
  private let started: Started

  private init() throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/servers.py").path
    process.arguments = ["python3", "-W", "ignore", script]
    process.standardInput = lifeline
    process.standardOutput = output
    try process.run()
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let part = output.fileHandleForReading.availableData
      guard !part.isEmpty else { throw CocoaError(.executableNotLoadable) }
      line.append(part)
    }
    started = try JSONDecoder().decode(Started.self, from: line)
  }

  func url(_ name: String, scheme: String = "http", path: String = "/") -> String {
    "\(scheme)://127.0.0.1:\(started.ports[name] ?? 0)\(path)"
  }

  func certificate(_ name: String) -> String { "\(started.certificates)/\(name).pem" }

  /// The heads of the requests that a server has read.
  func log(_ name: String) throws -> [String] {
    let transport = CurlTransport(settings: TransportSettings())
    let request = HTTPRequest(method: "GET", url: url("log", path: "/\(name)"), mayUseProxy: false)
    let response = try transport.send([request])[0].get()
    return try JSONDecoder().decode([String].self, from: response.body.data)
  }
}
