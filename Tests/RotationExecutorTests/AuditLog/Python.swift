import FoundationEssentials
import Glibc
import Testing

/// A Python child: another process, and an independent judge.
final class Python {
  private let pid: pid_t
  /// Its standard input and output.
  private let socket: Int32
  private var isOver = false

  init(_ script: String, _ arguments: [String] = []) throws {
    // Not a pipe: only this is born closed to the children that other tests start meanwhile.
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var child = pid_t()
    let words = ["python3", "-c", script] + arguments
    var pointers = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    let status = posix_spawnp(&child, "python3", &actions, nil, &pointers, environ)
    close(ends[1])
    pid = child
    socket = ends[0]
    try #require(status == 0, "python3 could not be started")
  }

  /// The next line that it prints, without its newline; what is left at its end.
  func readLine() -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while Glibc.read(socket, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
    return String(decoding: line, as: UTF8.self)
  }

  /// - Returns: the exit status, or 128 + the signal.
  @discardableResult func wait() -> Int32 {
    shutdown(socket, Int32(SHUT_WR))
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    isOver = true
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
  }

  func kill() {
    Glibc.kill(pid, SIGKILL)
    wait()
  }

  deinit {
    if !isOver { kill() }
    close(socket)
  }
}
