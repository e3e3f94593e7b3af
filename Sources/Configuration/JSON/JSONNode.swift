/// A JSON value that knows where in its file it stands.
package struct JSONNode: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    case null
    case bool(Bool)
    /// As it is written.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([Member])
  }

  package struct Member: Sendable, Equatable {
    package var key: String
    package var keyPlace: FilePlace
    package var node: JSONNode
  }

  package var value: Value
  package var place: FilePlace
  /// How one gets there, such as `users[1].rotateEvery`; empty for the whole document.
  package var path: String

  /// What it is, for a message about a wrong type.
  package var kind: String {
    switch value {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let text): "the number \(text)"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// A line and a column, both counted from 1; columns in characters.
package struct FilePlace: Sendable, Equatable, Comparable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}
