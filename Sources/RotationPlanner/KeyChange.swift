/// What a step does to a key, as far as people, hooks and figures tell steps apart.
package enum KeyChange: Sendable, Equatable {
  /// Another key is published, or one that stood there is taken over.
  case publication
  case deactivation
  case deletion
}

extension Step {
  /// Nil for steps that are about no key's life: copies, sessions, the record.
  package var keyChange: KeyChange? {
    switch self {
    case .rotate, .adopt, .rollBack: .publication
    case .deactivate, .makeRoom: .deactivation
    case .delete, .deleteOrphan: .deletion
    default: nil
    }
  }
}
