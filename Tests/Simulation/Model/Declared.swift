internal import AWSClient
internal import LibCrypto

/// What the real client declares of its operations: the model resends just what it would resend.
enum Declared {
  static let createAccessKey = IAM.createAccessKey(userName: "deployer").repeatability
  static let updateAccessKey =
    IAM.updateAccessKey(userName: "deployer", accessKeyId: "AKIAMODEL", status: .inactive)
    .repeatability
  static let deleteAccessKey =
    IAM.deleteAccessKey(userName: "deployer", accessKeyId: "AKIAMODEL").repeatability
  static let putUserPolicy =
    IAM.putUserPolicy(userName: "deployer", policyName: "name", document: "{}").repeatability
  static let deleteUserPolicy =
    IAM.deleteUserPolicy(userName: "deployer", policyName: "name").repeatability
  static let getSessionToken =
    STS.getSessionToken(tokenCode: "123456", source: "the session").repeatability
  static let putParameter =
    (try? SSM.putParameter(
      name: "/deploy", type: .string, value: SharedSecret(SecretBytes(copying: "value"))))?
    .repeatability ?? .always
}
