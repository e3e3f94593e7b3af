internal import Glibc

/// Zeroes memory that nobody reads again, which the compiler may not leave out. In vectors, unlike
/// OPENSSL_cleanse: the stages of a signature are wiped with each request.
package func wipe(_ memory: UnsafeMutableRawBufferPointer) {
  if let start = memory.baseAddress { explicit_bzero(start, memory.count) }
}
