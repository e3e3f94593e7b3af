internal import CLinux
internal import Glibc

// Every block is wiped when it is given back to the heap, by whomever: the second wall. The first is
// that a secret on its way stands in memory that wipes itself; OpenSSL's buffers don't, and whoever
// forgets to use such memory makes a hole that this one closes.
//
// Package.swift makes these the `free` and `realloc` of release builds, for this program and all
// libraries that it loads. glibc's own M_PERTURB leaves out small blocks. Debug builds keep the C
// library's functions, which the sanitizers replace.
//
// Nothing here may allocate, nor need the Swift runtime: the loader calls it, too.

/// `free`, after wiping all that the block can hold.
@c(rotate_wiping_free)
public func wipingFree(_ block: UnsafeMutableRawPointer?) {
  guard let block else { return }
  explicit_bzero(block, malloc_usable_size(block))
  __libc_free(block)
}

/// `realloc`, whose way to a larger block leaves nothing in the smaller one.
@c(rotate_wiping_realloc)
public func wipingRealloc(_ block: UnsafeMutableRawPointer?, _ size: Int)
  -> UnsafeMutableRawPointer?
{
  guard let block else { return __libc_malloc(size) }
  guard size > 0 else {
    wipingFree(block)
    return nil
  }
  let capacity = malloc_usable_size(block)
  if size <= capacity {
    explicit_bzero(block + size, capacity - size)
    return __libc_realloc(block, size)
  }
  guard let larger = __libc_malloc(size) else { return nil }
  memcpy(larger, block, capacity)
  wipingFree(block)
  return larger
}
