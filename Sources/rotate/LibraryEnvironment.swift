internal import FoundationEssentials
internal import Glibc

/// Variables that the linked libraries read on their own, behind this program's back: libcurl writes
/// the secrets of each TLS session to the file that SSLKEYLOGFILE names, OpenSSL loads the modules
/// that its configuration names, the resolver asks other names than the ones it was given.
///
/// They are taken out of the process before any library looks. What the loader and the C library
/// read before `main` (`LD_…`, `GLIBC_TUNABLES`, `MALLOC_…`) is beyond any program.
enum LibraryEnvironment {
  /// The process's environment as it was found. What this program itself reads, or passes on to a
  /// `credential_process`, is taken from it.
  static let found = ProcessInfo.processInfo.environment

  /// By their names, sorted: those that were set and are ignored.
  static let ignored = found.keys.filter(isIgnored).sorted()

  /// Must come before any thread, and before libcurl, OpenSSL and the resolver are used.
  static func leaveOut() {
    for name in ignored { unsetenv(name) }
  }

  /// Its effect would be a file with secrets.
  static let keyLog = "SSLKEYLOGFILE"

  private static let names: Set<String> = [
    keyLog,
    // libcurl: its debugging aids and the choice among several TLS libraries are `CURL_…`.
    "NETRC",
    // OpenSSL; `SSL_CERT_FILE` is this program's own setting, and libcurl is told each time.
    "CTLOG_FILE", "RANDFILE", "SSL_CERT_DIR", "QLOGDIR", "OSSL_QFILTER",
    // The resolver; `RESOLV_…` too.
    "HOSTALIASES", "LOCALDOMAIN", "RES_OPTIONS",
    // Character sets and messages of the C library, from files of others.
    "GCONV_PATH", "GETCONF_DIR", "LOCPATH", "NLSPATH",
  ]

  private static func isIgnored(_ name: String) -> Bool {
    names.contains(name) || ["CURL_", "OPENSSL_", "RESOLV_"].contains { name.hasPrefix($0) }
  }
}
