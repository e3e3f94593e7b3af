import AWSClient
import Glibc
import LibCrypto
import Testing

@Suite struct SystemProcessesTests {
  private func run(
    _ script: String, limit: Duration = .seconds(300), output: Int = 1024
  ) throws(ProcessFailure) -> (Int32, String, String) {
    let output = try SystemProcesses().run(
      ProcessRequest(
        arguments: ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin", "A": "b c"],
        timeLimit: limit, outputLimit: output))
    let text = output.standardOutput.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    return (output.status, text, output.standardError)
  }

  @Test func outputErrorsAndStatus() throws {
    let (status, output, errors) = try run("echo \"$A\"; echo no >&2; exit 3")
    #expect(status == 3)
    #expect(output == "b c\n")
    #expect(errors == "no\n")
  }

  @Test func killedBySignal() throws {
    #expect(try run("kill -9 $$").0 == 137)
  }

  @Test func onlyThreeDescriptors() throws {
    // The fourth is the directory itself.
    #expect(try run("exec ls /proc/self/fd").1 == "0\n1\n2\n3\n")
  }

  @Test func tooLong() {
    #expect(throws: ProcessFailure.timedOut) {
      try run("exec sleep 60", limit: .milliseconds(100))
    }
    #expect(throws: ProcessFailure.timedOut, "also when it has closed its output") {
      try run("exec sleep 60 >&- 2>&-", limit: .milliseconds(100))
    }
  }

  /// An agent that the command starts inherits its output, and lives on.
  @Test func whomItLeavesBehind() throws {
    let (status, output, errors) = try run("sleep 30 & echo $!; echo no >&2; exit 3")
    #expect(status == 3)
    #expect(errors == "no\n")
    let left = try #require(pid_t(output.dropLast()))
    #expect(kill(left, SIGKILL) == 0, "it lived on")
  }

  @Test func whoGoesOnWriting() throws {
    let script = "echo x; (while :; do echo y >&2; done) & echo $!"
    let output = try run(script).1.split(separator: "\n")
    #expect(output.first == "x")
    let left = try #require(output.last.flatMap { pid_t($0) })
    #expect(kill(left, SIGKILL) == 0)
  }

  @Test func tooMuch() {
    #expect(throws: ProcessFailure.outputTooLarge) { try run("exec cat /dev/zero") }
  }

  @Test func errorsAreCut() throws {
    #expect(try run("head -c 200000 /dev/zero >&2; echo x").2.utf8.count == 4096)
  }

  @Test func notThere() {
    #expect(throws: ProcessFailure.notStarted("No such file or directory")) {
      let output = try SystemProcesses().run(
        ProcessRequest(
          arguments: ["/nonexistent/program"], environment: [:], timeLimit: .seconds(300),
          outputLimit: 10))
      _ = output.status
    }
  }
}
