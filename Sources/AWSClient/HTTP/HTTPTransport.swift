/// What sends requests. One belongs to one thread; `CurlTransport` is the real one.
package protocol HTTPTransport: AnyObject {
  /// Sends all requests at once and waits for all of them. The results stand in the order of the
  /// requests. It never repeats one, follows no redirect and keeps connections for the next call.
  func send(_ requests: [HTTPRequest]) -> [Result<HTTPResponse, HTTPFailure>]
}
