internal import CLinux
internal import Glibc

/// What a program that holds secrets does before anything else.
enum ProcessHygiene {
  static func begin() {
    keepStandardDescriptors()
    LibraryEnvironment.leaveOut()
    // A crash must not write the published secrets to the disk. Under a sandbox that forbids the
    // call the limit is 0 already.
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    _ = rotate_prctl_set_dumpable(0)
    umask(0o077)
    // A reader that goes away, such as `head`, must not kill a run between two changes.
    signal(SIGPIPE, SIG_IGN)
    // Nor must a limit on the size of files (RLIMIT_FSIZE): the write fails, and the run says so.
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Where one of them is closed, the next file that is opened would take its place, and what is
  /// meant for a person would be written into the audit log. What stands there instead can't be
  /// written, so nobody takes lost output for delivered.
  private static func keepStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
