internal import CLinux
internal import Glibc

/// What a program that holds secrets does before anything else.
enum ProcessHygiene {
  static func begin() {
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
}
