/// Why a request can't be signed. Each is a mistake in the request, so repeating it changes nothing.
public enum SigningError: String, Error, Sendable, CustomStringConvertible {
  /// The URL is not `scheme://host…`, or its host is empty.
  case invalidURL
  /// The method is not an HTTP token: empty, or with blanks or control characters.
  case invalidMethod
  /// A header's name is not an HTTP token. AWS would refuse the request, or a proxy change it.
  case invalidHeaderName
  /// A header's value, or the session token, holds CR, LF or NUL: it would be sent as something
  /// else than what is signed, or as several headers.
  case invalidHeaderValue
  /// A presigned URL's expiry is not between 1 and 604,800 seconds.
  case invalidExpiry

  /// What is wrong and what to do. It never repeats a value of the request.
  public var description: String {
    switch self {
    case .invalidURL: "can't sign: the URL is not absolute; give one like https://host/path"
    case .invalidMethod: "can't sign: the method is not an HTTP token; give one like GET or POST"
    case .invalidHeaderName: "can't sign: a header's name is not an HTTP token; correct its name"
    case .invalidHeaderValue:
      "can't sign: a header's value holds CR, LF or NUL; look for a stray line end where the "
        + "value or the session token comes from"
    case .invalidExpiry:
      "can't sign: a presigned URL expires after 1 to 604,800 seconds (seven days)"
    }
  }
}
