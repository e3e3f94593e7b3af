extension SSM {
  package enum ParameterType: String, Sendable {
    case string = "String"
    case stringList = "StringList"
    case secureString = "SecureString"
  }
}
