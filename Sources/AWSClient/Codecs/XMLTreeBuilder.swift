internal import CLibExpat
internal import LibCrypto

/// What expat calls back while `XMLReader` runs.
final class XMLTreeBuilder {
  private let parser: XML_Parser
  private var open: [Open] = []
  private var count = 0
  private(set) var root: XMLElement?
  /// Why the document was refused though it may be well-formed.
  private(set) var refusal: CodecFailure?

  /// An element whose end hasn't come yet.
  private struct Open {
    var name: String
    let text = WipingBuffer()
    var children: [XMLElement] = []
  }

  init(_ parser: XML_Parser) {
    self.parser = parser
  }

  func attach() {
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser, { data, name, _ in XMLTreeBuilder.of(data)?.start(name) },
      { data, _ in XMLTreeBuilder.of(data)?.end() })
    XML_SetCharacterDataHandler(parser) { data, text, length in
      XMLTreeBuilder.of(data)?.characters(text, Int(length))
    }
    XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
      XMLTreeBuilder.of(data)?.refuse("the XML has a document type declaration")
    }
  }

  private static func of(_ data: UnsafeMutableRawPointer?) -> XMLTreeBuilder? {
    data.map { Unmanaged<XMLTreeBuilder>.fromOpaque($0).takeUnretainedValue() }
  }

  private func refuse(_ reason: String) {
    if refusal == nil { refusal = CodecFailure(reason) }
    _ = XML_StopParser(parser, XML_Bool(XML_FALSE))
  }

  private func start(_ name: UnsafePointer<CChar>?) {
    count += 1
    guard let name, open.count < XMLReader.maximumDepth else {
      return refuse("the XML is nested deeper than \(XMLReader.maximumDepth) elements")
    }
    guard count <= XMLReader.maximumElements else {
      return refuse("the XML has more than \(XMLReader.maximumElements) elements")
    }
    let qualified = String(cString: name)
    let local = qualified.lastIndex(of: ":").map { qualified[qualified.index(after: $0)...] }
    open.append(Open(name: local.map(String.init) ?? qualified))
  }

  private func characters(_ text: UnsafePointer<CChar>?, _ length: Int) {
    open.last?.text.append(UnsafeRawBufferPointer(start: text, count: length))
  }

  private func end() {
    guard let ended = open.popLast() else { return }
    let element = XMLElement(
      name: ended.name, content: SharedSecret(ended.text.take()), children: ended.children)
    if open.isEmpty {
      root = element
    } else {
      open[open.count - 1].children.append(element)
    }
  }
}
