internal import AWSClient
internal import RotationExecutor
internal import RotationPlanner

// What is asked and changed once a compromised key is Inactive.

extension AWSAdapter {
  func keys(of user: String) throws(CallFailure) -> [AccessKey] {
    try run(Call(IAM.listAccessKeys(userName: user))).output.map { AccessKey($0) }
  }

  func inlinePolicy(_ name: String, user: String) throws(CallFailure) -> String? {
    do throws(CallFailure) {
      return try run(Call(IAM.getUserPolicy(userName: user, policyName: name))).output
    } catch {
      if error.code == "NoSuchEntity" { return nil }
      throw error
    }
  }

  func putInlinePolicy(
    _ name: String, _ document: String, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Void> {
    let put = IAM.putUserPolicy(userName: user, policyName: name, document: document)
    return Done((), requestId: try run(Call(put, fence: fence.forSigning)).requestId)
  }

  func deleteInlinePolicy(
    _ name: String, user: String, fence: Fence
  ) throws(CallFailure) -> Done<Void> {
    let deletion = IAM.deleteUserPolicy(userName: user, policyName: name)
    do throws(CallFailure) {
      return Done((), requestId: try run(Call(deletion, fence: fence.forSigning)).requestId)
    } catch {
      if error.code == "NoSuchEntity" { return Done((), requestId: error.requestId) }
      throw error
    }
  }
}
