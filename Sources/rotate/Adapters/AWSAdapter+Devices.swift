internal import AWSClient
internal import AWSPrimitives
internal import LibCrypto
internal import RotationExecutor

extension AWSAdapter: MFADevicePort {
  func standing(ofDevice serialNumber: String) throws(CallFailure) -> MFADeviceStanding {
    let devices = try run(Call(IAM.listVirtualMFADevices())).output
    guard let device = devices.first(where: { $0.serialNumber == serialNumber }) else {
      return .absent
    }
    let isAssigned = device.userName != nil || device.enableDate != nil
    return isAssigned ? .assigned(device.userName) : .unassigned
  }

  func createDevice(
    _ serialNumber: String, fence: Fence
  ) throws(CallFailure) -> Done<CreatedDevice> {
    guard let device = MFADeviceName(serialNumber) else {
      throw CallFailure(
        operation: "CreateVirtualMFADevice", message: "\(serialNumber) is no virtual device's ARN",
        execution: .notExecuted)
    }
    let reply = try run(
      Call(
        IAM.createVirtualMFADevice(name: device.name, path: device.path), fence: fence.forSigning))
    return Done(
      CreatedDevice(serialNumber: reply.output.serialNumber, seed: reply.output.seed.clone()),
      requestId: reply.requestId)
  }

  func enableDevice(
    _ serialNumber: String, user: String, codes: (String, String), fence: Fence
  ) throws(CallFailure) -> Done<Void> {
    let enabling = IAM.enableMFADevice(userName: user, serialNumber: serialNumber, codes: codes)
    return Done((), requestId: try run(Call(enabling, fence: fence.forSigning)).requestId)
  }

  func deleteDevice(_ serialNumber: String, fence: Fence) throws(CallFailure) -> Done<Void> {
    let deletion = IAM.deleteVirtualMFADevice(serialNumber: serialNumber)
    do throws(CallFailure) {
      return Done((), requestId: try run(Call(deletion, fence: fence.forSigning)).requestId)
    } catch {
      if error.code == "NoSuchEntity" { return Done((), requestId: error.requestId) }
      throw error
    }
  }
}

/// The parts of `arn:aws:iam::111122223333:mfa/path/name`.
struct MFADeviceName {
  var account: String
  var path: String
  var name: String

  init?(_ serialNumber: String) {
    guard let arn = ARN(serialNumber), arn.service == "iam", arn.resource.hasPrefix("mfa/"),
      !arn.resource.contains(":")
    else { return nil }
    let rest = arn.resource.dropFirst("mfa".count)
    guard let slash = rest.lastIndex(of: "/"), rest.index(after: slash) < rest.endIndex else {
      return nil
    }
    account = arn.account
    path = String(rest[...slash])
    name = String(rest[rest.index(after: slash)...])
  }
}
