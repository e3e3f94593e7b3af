internal import AWSClient
internal import RotationPlanner

/// Asks IAM what the caller may do, by the same needs that `rotate policy` is made of.
struct SimulatedAccess {
  /// Of resources in one call.
  private static let chunk = 25
  /// IAM limits how often it answers, and a check makes few calls.
  static let mostCalls = 16

  enum Answer {
    case said([IAM.Evaluation])
    /// IAM wasn't willing or able to tell.
    case silent(AWSFailure)
  }

  let principal: String
  let client: ServiceClient

  /// All needs that fit into the calls of one check; whether that was all of them.
  func ask(_ needs: [AccessNeed]) -> (answer: Answer, isComplete: Bool) {
    let calls = operations(needs)
    var evaluations: [IAM.Evaluation] = []
    // The first alone: most often it is the only one, or it says that it may not be asked.
    for operation in calls.prefix(Self.mostCalls) {
      do throws(AWSFailure) {
        evaluations += try client.run(operation).output.flatMap { $0 }
      } catch { return (.silent(error), false) }
    }
    return (.said(evaluations), calls.count <= Self.mostCalls)
  }

  private func operations(_ needs: [AccessNeed]) -> [Operation<[[IAM.Evaluation]]>] {
    var operations: [Operation<[[IAM.Evaluation]]>] = []
    for kind in AccessNeed.Kind.allCases where kind != .simulation {
      // Both forms of a group's ARN are of one group.
      let needs = needs.filter { $0.kind == kind && !$0.resource.contains("/*/") }
      let plain = needs.filter { $0.scope == nil }.map(\.resource)
      for start in stride(from: 0, to: plain.count, by: Self.chunk) {
        operations.append(
          IAM.simulatePrincipalPolicy(
            principal: principal, actions: kind.actions,
            resources: Array(plain[start...].prefix(Self.chunk))))
      }
      for need in needs {
        guard let scope = need.scope else { continue }
        var context = [
          IAM.ContextEntry("kms:ViaService", Array(scope.services.prefix(1))),
          IAM.ContextEntry("kms:EncryptionContext:PARAMETER_ARN", [scope.parameter]),
        ]
        if let alias = scope.alias {
          context.append(IAM.ContextEntry("kms:ResourceAliases", [alias], isList: true))
        }
        operations.append(
          IAM.simulatePrincipalPolicy(
            principal: principal, actions: kind.actions, resources: [need.resource],
            context: context))
      }
    }
    return operations
  }
}
