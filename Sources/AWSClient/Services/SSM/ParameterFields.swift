extension SSM {
  /// Versions count up from 1. One a second for three centuries is still within ten digits, for which
  /// the record has room.
  struct VersionNumber: Decodable {
    let value: Int

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      value = try container.decode(Int.self)
      guard (1...9_999_999_999).contains(value) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "no version")
      }
    }
  }

  struct ParameterFields: Decodable {
    let Name: String
    let `Type`: String
    let Version: VersionNumber
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
