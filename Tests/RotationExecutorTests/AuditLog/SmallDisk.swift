import Glibc

/// A file system of a few kilobytes, in a mount namespace that only one thread sees and that ends
/// with it.
enum SmallDisk {
  private typealias Unshare = @convention(c) (Int32) -> Int32
  private typealias Mount =
    @convention(c) (
      UnsafePointer<CChar>?, UnsafePointer<CChar>, UnsafePointer<CChar>?, UInt,
      UnsafePointer<CChar>?
    ) -> Int32

  /// Whether this system lets a test do that.
  static let isAvailable = run(on: "/", options: "size=4k") {}

  /// - Parameter options: of tmpfs.
  /// - Returns: false where the system doesn't allow it; then the body didn't run.
  static func run(
    on directory: String, options: String, _ body: @escaping @Sendable () -> Void
  ) -> Bool {
    let result = Result()
    Threads(1) { _ in
      // Glibc's module shows neither call.
      let unshare = unsafeBitCast(dlsym(nil, "unshare"), to: Unshare.self)
      let mount = unsafeBitCast(dlsym(nil, "mount"), to: Mount.self)
      let newNamespace: Int32 = 0x20000
      let recursivelyPrivate: UInt = 0x44000
      guard unshare(newNamespace) == 0, mount(nil, "/", nil, recursivelyPrivate, nil) == 0,
        mount("tmpfs", directory, "tmpfs", 0, options) == 0
      else { return }
      result.didRun = true
      body()
    }.join()
    return result.didRun
  }

  private final class Result: @unchecked Sendable { var didRun = false }
}
