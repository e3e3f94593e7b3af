import Glibc
import Host
import LibCrypto
import Testing

@Suite struct SystemProcessesTests {
  private func run(
    _ script: String, limit: Duration = .seconds(300), output: Int = 1024,
    isolated: Bool = false, input: String = ""
  ) throws(ProcessFailure) -> (Int32, String, String) {
    let output = try SystemProcesses().run(
      ProcessRequest(
        arguments: ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin", "A": "b c"],
        timeLimit: limit, outputLimit: output, isIsolated: isolated, input: Array(input.utf8)))
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

  @Test func nothingElseOfTheEnvironment() throws {
    let said = try run("exec /usr/bin/env").1.split(separator: "\n").sorted()
    #expect(
      said.filter { !$0.hasPrefix("PWD=") && !$0.hasPrefix("_=") } == [
        "A=b c", "PATH=/usr/bin:/bin",
      ])
  }

  /// What this program ignores or has blocked is no affair of the child's.
  @Test func noSignalIsBlockedOrIgnored() throws {
    let said = try run("grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f2").1
    // 32 and 33 are the C library's own.
    let masks = said.split(separator: "\n").map { UInt64($0, radix: 16).map { $0 & ~(3 << 31) } }
    #expect(masks == [0, 0])
  }

  @Test func anIsolatedOneReadsItsInputAndLeadsAGroup() throws {
    #expect(try run("cat", isolated: true, input: "a line").1 == "a line")
    #expect(try run("cat", isolated: true).1.isEmpty, "nothing, and not the terminal")
    let group = try run("echo $$; cut -d' ' -f5 /proc/$$/stat", isolated: true).1
    let (own, leader) = (group.split(separator: "\n").first, group.split(separator: "\n").last)
    #expect(own != nil && own == leader)
  }

  /// The limit ends whomever it started, too, also who won't hear the polite signal.
  @Test func theTimeLimitEndsTheWholeGroup() throws {
    var template = Array("/tmp/rotate-group.XXXXXX".utf8CString)
    let folder = String(cString: try #require(mkdtemp(&template)))
    defer { system("rm -r \(folder)") }
    let script = """
      (trap '' TERM; exec sleep 300) &
      echo $! >\(folder)/child
      exec sleep 300
      """
    #expect(throws: ProcessFailure.timedOut) {
      try run(script, limit: .milliseconds(500), isolated: true)
    }
    let said = try SystemFiles().readOpen("\(folder)/child", limit: 32)
    let child = try #require(pid_t(String(decoding: said.dropLast(), as: UTF8.self)))
    // SIGKILL takes effect at once, but not before `kill` returns; whoever adopted it may reap late.
    func isAlive() -> Bool {
      let state = try? SystemFiles().readOpen("/proc/\(child)/stat", limit: 4096)
      return state.map { !String(decoding: $0, as: UTF8.self).contains(") Z ") } ?? false
    }
    let deadline = ContinuousClock.now + .seconds(60)
    while isAlive(), ContinuousClock.now < deadline { sched_yield() }
    #expect(!isAlive())
  }

  @Test func anIsolatedOnesSurplusIsForgotten() throws {
    let (status, output, _) = try run("head -c 200000 /dev/zero; exit 4", isolated: true)
    #expect(status == 4)
    #expect(output.utf8.count == 1024)
  }
}
