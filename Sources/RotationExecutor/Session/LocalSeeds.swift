package import LibCrypto

/// The seeds that this host keeps: systemd credentials and files.
package protocol LocalSeeds: Sendable {
  /// Only for what isn't a parameter.
  func read(_ source: SeedSource) throws(SeedFailure) -> SecretBytes
}

/// Why a seed can't be had. Never holds any of it.
package struct SeedFailure: Error, Sendable, Equatable {
  package var message: String
  package var remedy: String

  package init(_ message: String, remedy: String) {
    self.message = message
    self.remedy = remedy
  }
}

/// For whoever has none.
package struct NoLocalSeeds: LocalSeeds {
  package init() {}

  package func read(_ source: SeedSource) throws(SeedFailure) -> SecretBytes {
    throw SeedFailure("\(source.inWords) can't be read here", remedy: "keep it in a parameter")
  }
}
