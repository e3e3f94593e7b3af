internal import CLinux
internal import Glibc

/// The heap as C libraries take it in place of `malloc` and `free`: no block keeps what stood in it.
package enum WipingAllocator {
  package static let allocate: @convention(c) (Int) -> UnsafeMutableRawPointer? = { malloc($0) }

  /// Of `count` elements, zeroed.
  package static let allocateZeroed: @convention(c) (Int, Int) -> UnsafeMutableRawPointer? = {
    calloc($0, $1)
  }

  package static let duplicate:
    @convention(c) (UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>? = { text in
      text.flatMap { strdup($0) }
    }

  package static let release: @convention(c) (UnsafeMutableRawPointer?) -> Void = { block in
    guard let block else { return }
    explicit_bzero(block, malloc_usable_size(block))
    free(block)
  }

  /// Its way to a larger block leaves nothing in the smaller one.
  package static let reallocate:
    @convention(c) (UnsafeMutableRawPointer?, Int) -> UnsafeMutableRawPointer? = { block, size in
      guard let block else { return malloc(size) }
      guard size > 0 else {
        release(block)
        return nil
      }
      guard let moved = malloc(size) else { return nil }
      memcpy(moved, block, min(size, malloc_usable_size(block)))
      release(block)
      return moved
    }
}
