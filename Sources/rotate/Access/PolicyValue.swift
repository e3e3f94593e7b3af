/// A part of a policy document. The order of what stands in it is kept.
package indirect enum PolicyValue: Sendable, Equatable {
  case text(String)
  case list([PolicyValue])
  case object([(String, PolicyValue)])

  /// One text stands alone, as people write it.
  static func texts(_ texts: [String]) -> PolicyValue {
    texts.count == 1 ? .text(texts[0]) : .list(texts.map { .text($0) })
  }

  package static func == (left: PolicyValue, right: PolicyValue) -> Bool {
    switch (left, right) {
    case (.text(let left), .text(let right)): left == right
    case (.list(let left), .list(let right)): left == right
    case (.object(let left), .object(let right)):
      left.map(\.0) == right.map(\.0) && left.map(\.1) == right.map(\.1)
    default: false
    }
  }

  /// JSON, two blanks a level.
  package func json(indent: String = "") -> String {
    let deeper = indent + "  "
    switch self {
    case .text(let text): return Self.quoted(text)
    case .list(let values):
      let lines = values.map { deeper + $0.json(indent: deeper) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let fields):
      let lines = fields.map { "\(deeper)\(Self.quoted($0.0)): \($0.1.json(indent: deeper))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  /// As IAM counts: no character between the tokens.
  package var count: Int {
    switch self {
    case .text(let text): Self.quoted(text).utf8.count
    case .list(let values): values.reduce(2 + max(0, values.count - 1)) { $0 + $1.count }
    case .object(let fields):
      fields.reduce(2 + max(0, fields.count - 1)) {
        $0 + Self.quoted($1.0).utf8.count + 1 + $1.1.count
      }
    }
  }

  /// Terraform's expression of the same, in the layout of `terraform fmt`: where several attributes
  /// of one line each stand together, their `=` are aligned.
  package func terraform(indent: String = "") -> String {
    let deeper = indent + "  "
    switch self {
    case .text(let text): return Self.template(text)
    case .list(let values):
      let lines = values.map { "\(deeper)\($0.terraform(indent: deeper)),\n" }
      return "[\n" + lines.joined() + "\(indent)]"
    case .object(let fields):
      var lines = ""
      var rest = fields[...]
      while let first = rest.first {
        let run = rest.prefix { $0.1.isOneLine }
        let group = run.isEmpty ? rest.prefix(1) : run
        let width = group.map { Self.name($0.0).count }.max() ?? 0
        for (key, value) in group {
          let name = Self.name(key)
          let space = String(repeating: " ", count: first.1.isOneLine ? width - name.count : 0)
          lines += "\(deeper)\(name)\(space) = \(value.terraform(indent: deeper))\n"
        }
        rest = rest.dropFirst(group.count)
      }
      return "{\n\(lines)\(indent)}"
    }
  }

  private var isOneLine: Bool { if case .text = self { true } else { false } }

  /// Names are known ones and ARNs: nothing else needs escaping.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  private static func template(_ text: String) -> String {
    quoted(text).replacing("${", with: "$${").replacing("%{", with: "%%{")
  }

  private static func name(_ key: String) -> String {
    key.allSatisfy { $0.isLetter } ? key : quoted(key)
  }
}
