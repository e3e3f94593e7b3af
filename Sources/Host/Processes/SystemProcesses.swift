internal import CLinux
internal import Glibc
internal import LibCrypto

/// The host's processes.
package struct SystemProcesses: ProcessRunner {
  package init() {}

  /// MFD_CLOEXEC, which Swift doesn't see.
  private static let closeOnExec: UInt32 = 1

  package func run(_ request: ProcessRequest) throws(ProcessFailure) -> ProcessOutput {
    let output = try ChildPipe(limit: request.outputLimit)
    let errors = try ChildPipe(limit: 4 << 10)
    let child = try Self.start(request, output: output, errors: errors)
    output.closeWriter()
    errors.closeWriter()
    let deadline = ContinuousClock.now + request.timeLimit
    let verdict = Self.read(output, errors, of: child, until: deadline)
    let status = child.end(at: verdict == nil ? deadline : .now)
    if let verdict { throw verdict }
    guard let status else { throw .timedOut }
    return ProcessOutput(
      status: status, standardOutput: output.bytes(), standardError: errors.text())
  }

  private static func start(
    _ request: ProcessRequest, output: ChildPipe, errors: ChildPipe
  ) throws(ProcessFailure) -> StartedProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output.writer, 1)
    posix_spawn_file_actions_adddup2(&actions, errors.writer, 2)
    let input = request.isIsolated ? try Self.input(request.input) : -1
    defer { if input >= 0 { close(input) } }
    if request.isIsolated { posix_spawn_file_actions_adddup2(&actions, input, 0) }
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
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
        | (request.isIsolated ? Int16(POSIX_SPAWN_SETPGROUP) : 0))

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
    return StartedProcess(child, isIsolated: request.isIsolated)
  }

  /// A descriptor that these bytes are read from: memory, so that neither a full pipe nor a file on
  /// the disk comes into it.
  private static func input(_ bytes: [UInt8]) throws(ProcessFailure) -> Int32 {
    let descriptor = memfd_create("input", closeOnExec)
    guard descriptor >= 0 else { throw .notStarted("no memory for its input") }
    guard bytes.withUnsafeBytes({ Descriptor.write($0, to: descriptor) }) else {
      close(descriptor)
      throw .notStarted("no memory for its input")
    }
    lseek(descriptor, 0, SEEK_SET)
    return descriptor
  }

  /// Lends a null-terminated array of C strings.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    return body(&pointers)
  }

  /// Reads both pipes until the program has ended: whom it left behind may hold its output open for
  /// as long as they live. Nil when that went well.
  private static func read(
    _ output: ChildPipe, _ errors: ChildPipe, of child: StartedProcess,
    until deadline: ContinuousClock.Instant
  ) -> ProcessFailure? {
    var deadline = deadline
    var isOver = false
    while output.isOpen || errors.isOpen {
      if !isOver, child.hasEnded() {
        isOver = true
        // What it has written is there already. Whoever goes on writing gets no more time.
        deadline = min(deadline, .now + lastWords)
      }
      let left = (deadline - .now) / .milliseconds(1)
      guard left > 0 else { return isOver ? nil : .timedOut }
      var waiting = [output, errors].map {
        pollfd(fd: $0.isOpen ? $0.reader : -1, events: Int16(POLLIN), revents: 0)
      }
      let count = poll(&waiting, 2, isOver ? 0 : Int32(min(left.rounded(.up), 20)))
      guard count >= 0 || errno == EINTR else {
        return .notStarted("its output can't be read")
      }
      if isOver, count == 0 { return nil }
      if waiting[0].revents != 0, !output.take(), !child.isIsolated { return .outputTooLarge }
      // What is too much of the errors is read and forgotten, or the child would hang.
      if waiting[1].revents != 0 { _ = errors.take() }
    }
    return nil
  }

  private static let lastWords = Duration.milliseconds(200)
}
