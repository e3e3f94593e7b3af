import Glibc

/// The entry that libFuzzer calls. `ROTATE_FUZZ_TARGET` chooses the parser.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try target.run(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    fatalError("\(target.rawValue): \(error.message)")
  }
  return 0
}

private let target: FuzzTarget = {
  let name = getenv("ROTATE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else { fatalError("no such target: \(name)") }
  return target
}()
