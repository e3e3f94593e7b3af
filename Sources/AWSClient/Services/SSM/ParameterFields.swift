extension SSM {
  struct ParameterFields: Decodable {
    let Name: String
    let `Type`: String
    let Version: Int
    /// Seconds since 1970 with a fraction.
    let LastModifiedDate: Double
    let Value: String
  }
}
