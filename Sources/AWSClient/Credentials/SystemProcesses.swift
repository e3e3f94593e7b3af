internal import CLinux
internal import Glibc
internal import LibCrypto

/// The host's processes.
package struct SystemProcesses: ProcessRunner {
  package init() {}

  package func run(_ request: ProcessRequest) throws(ProcessFailure) -> ProcessOutput {
    let output = try ChildPipe(limit: request.outputLimit)
    let errors = try ChildPipe(limit: 4 << 10)
    let child = try Self.start(request, output: output, errors: errors)
    output.closeWriter()
    errors.closeWriter()
    let deadline = ContinuousClock.now + request.timeLimit
    let verdict = Self.read(output, errors, until: deadline)
    let status = Self.end(child, at: verdict == nil ? deadline : .now)
    if let verdict { throw verdict }
    guard let status else { throw .timedOut }
    return ProcessOutput(
      status: status, standardOutput: output.bytes(), standardError: errors.text())
  }

  private static func start(
    _ request: ProcessRequest, output: ChildPipe, errors: ChildPipe
  ) throws(ProcessFailure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output.writer, 1)
    posix_spawn_file_actions_adddup2(&actions, errors.writer, 2)
    // Whatever a library may have left open: the child gets three descriptors.
    rotate_spawn_closes_from(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // This program may have blocked or ignored signals that the child relies on.
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

    var child: pid_t = 0
    let environment = request.environment.map { "\($0.key)=\($0.value)" }
    let status = withCStrings(request.arguments) { arguments in
      withCStrings(environment) { environment in
        posix_spawnp(&child, request.arguments[0], &actions, &attributes, arguments, environment)
      }
    }
    guard status == 0 else {
      throw .notStarted(strerror(status).map { String(cString: $0) } ?? "error \(status)")
    }
    return child
  }

  /// Lends a null-terminated array of C strings.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    return body(&pointers)
  }

  /// Reads both pipes to their ends. Nil when that went well.
  private static func read(
    _ output: ChildPipe, _ errors: ChildPipe, until deadline: ContinuousClock.Instant
  ) -> ProcessFailure? {
    while output.isOpen || errors.isOpen {
      let left = (deadline - .now) / .milliseconds(1)
      guard left > 0 else { return .timedOut }
      var waiting = [output, errors].map {
        pollfd(fd: $0.isOpen ? $0.reader : -1, events: Int16(POLLIN), revents: 0)
      }
      guard poll(&waiting, 2, Int32(left.rounded(.up))) >= 0 || errno == EINTR else {
        return .notStarted("its output can't be read")
      }
      if waiting[0].revents != 0, !output.take() { return .outputTooLarge }
      // What is too much of the errors is read and forgotten, or the child would hang.
      if waiting[1].revents != 0 { _ = errors.take() }
    }
    return nil
  }

  /// Waits for the child's end, or makes it. Nil when it had to be made. The child is always gone
  /// afterwards.
  private static func end(_ child: pid_t, at deadline: ContinuousClock.Instant) -> Int32? {
    var status: Int32 = 0
    while waitpid(child, &status, WNOHANG) == 0 {
      if ContinuousClock.now >= deadline {
        kill(child, SIGKILL)
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return nil
      }
      // It has closed its output, so it ends now: looking again soon costs next to nothing.
      usleep(1000)
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}
