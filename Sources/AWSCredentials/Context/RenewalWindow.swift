/// How long before their end credentials are renewed, in seconds, as botocore does.
package enum RenewalWindow {
  /// A failure is put up with.
  package static let advisory: Double = 15 * 60
  /// A failure ends the call.
  package static let mandatory: Double = 10 * 60
}
