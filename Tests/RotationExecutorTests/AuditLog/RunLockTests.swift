import FoundationEssentials
import Glibc
import RotationExecutor
import Testing

struct RunLockTests {
  private let now = Date(timeIntervalSince1970: 1_800_000_000)
  private let holding = """
    import fcntl, sys
    file = open(sys.argv[1], "a+")
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
    """

  private func acquire(
    _ path: String, run: String = "run-1", waiting: Duration = .zero,
    sleep: (Duration) -> Void = { _ in }, onWait: (String) -> Void = { _ in }
  ) throws -> RunLock {
    try RunLock.acquire(
      path: path, runId: run, now: now, waiting: waiting, sleep: sleep, onWait: onWait)
  }

  @Test func theHostKeepsItsName() throws {
    try withDirectory { directory in
      let path = RunLock.path(forLogAt: "\(directory)/rotate/audit.jsonl")
      #expect(RunLock.host(at: path) == nil)
      let first = try acquire(path)
      #expect(first.host.count == 32 && RunLock.host(at: path) == first.host)
      #expect(
        RunLock.holder(at: path)
          == "pid \(getpid()), run run-1, since 2027-01-15T08:00:00.000Z, host \(first.host)")
      first.release()
      #expect(try contents(path).count == 33)
      let second = try acquire(path)
      #expect(second.host == first.host)
      second.release()
    }
  }

  /// A copy, as in an image, must not make its owner take another host's lease for its own.
  @Test func aCopiedOrDamagedFileIsAnotherHost() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl.lock"
      let lock = try acquire(path)
      lock.release()
      let id = try contents(path)
      let copy = "\(directory)/copy.lock"
      var hosts: Set<String> = [lock.host]
      let damaged = [id, Array(id.dropLast(5)), Array("\0\0\0".utf8), id.map { $0 | 0x80 }, []]
      for bytes in damaged {
        #expect(FileManager.default.createFile(atPath: copy, contents: Data(bytes)))
        #expect(chmod(copy, 0o600) == 0)
        let other = try acquire(copy)
        #expect(hosts.insert(other.host).inserted)
        #expect(try contents(copy)[32] == UInt8(ascii: "\n"))
        other.release()
      }
    }
  }

  /// A new lock on the same machine is another host, but not another machine.
  @Test func theMachineIsKnownWithoutTheLock() throws {
    try withDirectory { directory in
      let hosts = try ["a", "b"].map { name in
        let lock = try acquire("\(directory)/\(name).lock")
        defer { lock.release() }
        return lock.host
      }
      let id = (try? contents("/etc/machine-id")) ?? []
      #expect(RunLock.areOfOneMachine(hosts[0], hosts[1]) == (id.count >= 32))
      #expect(!RunLock.areOfOneMachine(hosts[0], hosts[0]))
      #expect(!RunLock.areOfOneMachine(hosts[0], String(repeating: "0", count: 32)))
      #expect(!RunLock.areOfOneMachine("a", "b"))
    }
  }

  @Test func theSecondRunWaitsThenSaysWhoHoldsIt() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl.lock"
      let first = try acquire(path, run: "run-1")
      var slept = Duration.zero
      var told: [String] = []
      let refused = try failure {
        _ = try acquire(
          path, run: "run-2", waiting: .seconds(300), sleep: { slept += $0 },
          onWait: { told.append($0) })
      }
      #expect(refused.code == .lockHeld && slept == .seconds(300))
      #expect(told.count == 1 && told[0].contains("run run-1"))
      #expect(refused.problem.contains("pid \(getpid()), run run-1, since 2027-01-15T08:00:00"))

      var sleeps = 0
      let second = try acquire(path, run: "run-2", waiting: .seconds(300)) { _ in
        sleeps += 1
        if sleeps == 3 { first.release() }
      }
      #expect(sleeps == 3 && RunLock.holder(at: path).contains("run run-2"))
      second.release()
    }
  }

  @Test func aKillOfTheHolderReleasesIt() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl.lock"
      try acquire(path).release()
      let other = try Python(holding, [path])
      #expect(other.readLine() == "held")
      let refused = try failure { _ = try acquire(path) }
      #expect(refused.code == .lockHeld && refused.problem.contains("doesn't say who"))
      other.kill()
      try acquire(path).release()
    }
  }

  @Test func aChildDoesNotInheritIt() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl.lock"
      let lock = try acquire(path)
      let child = try Python("print('up', flush=True); import sys; sys.stdin.read()")
      #expect(child.readLine() == "up")
      lock.release()
      try acquire(path, run: "run-2").release()
      #expect(child.wait() == 0)
    }
  }

  @Test func aFileThatIsRemovedWhileTheRunWaitsIsNoLock() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl.lock"
      let first = try acquire(path)
      let second = try acquire(path, run: "run-2", waiting: .seconds(1)) { _ in unlink(path) }
      // Another name: nobody may call the first run dead.
      #expect(second.host != first.host)
      second.release()
      first.release()
    }
  }

  @Test func aLinkOrAnothersFileIsRefused() throws {
    try withDirectory { directory in
      let path = "\(directory)/audit.jsonl.lock"
      #expect(symlink("\(directory)/victim", path) == 0)
      try expect(.symbolicLink) { _ = try acquire(path) }
      #expect(!FileManager.default.fileExists(atPath: "\(directory)/victim"))
    }
  }
}
