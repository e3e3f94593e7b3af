/// The query's canonical form: the third line of the canonical request.
enum CanonicalQueryString {
  /// Appends the parameters, sorted by name and then by value, each as `name=value`.
  ///
  /// They are sorted and signed as they are encoded in the URL. Names are compared by themselves:
  /// comparing whole parameters would put `a-=` before `a=`, since `-` is less than `=`.
  static func append(_ query: Span<UInt8>, to text: inout CanonicalText) {
    guard !query.isEmpty else { return }
    let bytes = query.withUnsafeBufferPointer { Array($0) }
    var parameters = bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
      .map(Parameter.init)
    parameters.sort()
    for (index, parameter) in parameters.enumerated() {
      if index > 0 { text.append("&") }
      text.append(parameter.name.span)
      text.append("=")
      text.append(parameter.value.span)
    }
  }

  private struct Parameter: Comparable {
    let name: ArraySlice<UInt8>
    let value: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
      let sign = text.firstIndex(of: UInt8(ascii: "=")) ?? text.endIndex
      name = text[..<sign]
      value = text[sign...].dropFirst()
    }

    static func < (left: Parameter, right: Parameter) -> Bool {
      left.name == right.name
        ? left.value.lexicographicallyPrecedes(right.value)
        : left.name.lexicographicallyPrecedes(right.name)
    }
  }
}
