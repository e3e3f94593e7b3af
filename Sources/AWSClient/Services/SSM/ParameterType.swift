extension SSM {
  package enum ParameterType: String, Sendable {
    case string = "String"
    case secureString = "SecureString"
  }
}
