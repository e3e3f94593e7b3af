extension SSM {
  struct ParameterFields: Decodable {
    let Name: String
    let `Type`: String
    let Version: Int
    let LastModifiedDate: Time
    /// Only in a history.
    let LastModifiedUser: String?
    let Value: String

    /// Seconds since 1970 with a fraction, no later than the year 9999: the lease is counted from it.
    struct Time: Decodable {
      let seconds: Double

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        seconds = try container.decode(Double.self)
        guard (0...253_402_300_799).contains(seconds) else {
          throw DecodingError.dataCorruptedError(in: container, debugDescription: "no time")
        }
      }
    }
  }
}
