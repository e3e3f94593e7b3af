package import RotationExecutor

/// One entry of `projections`: a further parameter (`name`) or a local file (`file`).
package struct ProjectionSettings: Sendable {
  package enum Target: Sendable {
    /// Beginning with `/` it is complete, otherwise it stands under `parameterPath`.
    case parameter(Configured<String>, region: String?, kmsKeyId: Configured<String>?)
    case file(Configured<String>, profile: String)
  }

  package var target: Target
  package var format: ProjectionFormat
}
