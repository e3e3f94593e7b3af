/// The operations on virtual MFA devices.
extension IAM {
  /// Sent once: the answer is the only place where the seed ever stands. A path begins and ends
  /// with a slash.
  package static func createVirtualMFADevice(
    name: String, path: String = "/"
  ) -> Operation<CreatedMFADevice> {
    .query(
      .iam, "CreateVirtualMFADevice", [("Path", path), ("VirtualMFADeviceName", name)],
      repeatability: .onlyIfNotExecuted
    ) { result throws(CodecFailure) in
      .complete(try CreatedMFADevice(result.element(["VirtualMFADevice"])))
    }
  }

  /// Two codes of steps that follow each other. AWS takes each code once, so a try that may have
  /// been executed is not followed by another.
  package static func enableMFADevice(
    userName: String, serialNumber: String, codes: (String, String)
  ) -> Operation<Void> {
    let input = [
      ("UserName", userName), ("SerialNumber", serialNumber),
      ("AuthenticationCode1", codes.0), ("AuthenticationCode2", codes.1),
    ]
    return .query(.iam, "EnableMFADevice", input, repeatability: .onlyIfNotExecuted) { _ in
      .complete(())
    }
  }

  /// Only a device that is assigned to nobody can be deleted. After a try whose reply was lost,
  /// `NoSuchEntity` means that this try did it.
  package static func deleteVirtualMFADevice(serialNumber: String) -> Operation<Void> {
    .query(
      .iam, "DeleteVirtualMFADevice", [("SerialNumber", serialNumber)],
      doneAfterLostReply: ("NoSuchEntity", ())
    ) { _ in .complete(()) }
  }

  /// All of the account's, assigned or not.
  package static func listVirtualMFADevices() -> Operation<[VirtualMFADevice]> {
    listing(
      "ListVirtualMFADevices", [("AssignmentStatus", "Any")], "VirtualMFADevices",
      VirtualMFADevice.init)
  }

  /// Those of one user, hardware devices among them.
  package static func listMFADevices(userName: String) -> Operation<[MFADevice]> {
    listing("ListMFADevices", [("UserName", userName)], "MFADevices", MFADevice.init)
  }
}
