internal import CLibExpat
package import LibCrypto

/// Reads XML replies with the system's expat.
///
/// A document type declaration is refused: no reply has one, and entities are how XML attacks work.
package enum XMLReader {
  static let maximumDepth = 32
  static let maximumElements = 100_000

  /// The root element.
  package static func read(_ document: SharedSecret) throws(CodecFailure) -> XMLElement {
    // expat copies what it reads.
    var memory = XML_Memory_Handling_Suite(
      malloc_fcn: WipingAllocator.allocate, realloc_fcn: WipingAllocator.reallocate,
      free_fcn: WipingAllocator.release)
    guard let parser = XML_ParserCreate_MM(nil, &memory, nil) else {
      throw CodecFailure("expat has no memory")
    }
    defer { XML_ParserFree(parser) }
    guard let count = CInt(exactly: document.count) else {
      throw CodecFailure("the XML is too long")
    }
    let builder = XMLTreeBuilder(parser)
    return try withExtendedLifetime(builder) { () throws(CodecFailure) in
      builder.attach()
      let status = document.withUnsafeBytes {
        XML_Parse(parser, $0.bindMemory(to: CChar.self).baseAddress, count, 1)
      }
      if let refusal = builder.refusal { throw refusal }
      guard status == XML_STATUS_OK, let root = builder.root else {
        let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) }
        let line = rotate_expat_line(parser)
        throw CodecFailure("not XML: \(reason ?? "unknown error") in line \(line)")
      }
      return root
    }
  }
}
