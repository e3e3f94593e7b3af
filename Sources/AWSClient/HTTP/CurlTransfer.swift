internal import CLibCurl
internal import LibCrypto

/// One request on its way: owns all that libcurl points at, and judges how it ended.
final class CurlTransfer {
  let easy: UnsafeMutableRawPointer
  /// What libcurl said at the end; nil while the transfer runs.
  var outcome: CURLcode?

  private let responseLimit: Int
  private let needsOnlyStatus: Bool
  private let trust: (path: String, source: String)?
  /// Not copied by libcurl, so it has to live as long as the transfer.
  private let body: SharedSecret
  private let errorText: UnsafeMutablePointer<CChar>
  private var headers: UnsafeMutablePointer<curl_slist>?
  private var responseHeaders: [(name: String, value: String)] = []
  private let responseBody = WipingBuffer()
  private var headerBytes = 0
  /// Whether the status and all headers are there.
  private var hasHead = false
  private var isTooLarge = false
  /// How much of the body was dropped since it is beyond the limit.
  private var surplus = 0
  private var bodyBegan: ContinuousClock.Instant?
  /// May hold a password, and libcurl's messages may repeat it.
  private let proxy: String
  /// How often libcurl was about to send the request. 0: the server certainly has not seen it.
  private var attempts = 0

  /// A connection that stood idle longer is not used again: servers and load balancers drop idle
  /// connections, and a request that meets such a one is lost without knowing whether it was read.
  private static let idleSeconds = 15
  private static let headerLimit = 256 << 10
  private static let maximumHeaders = 1_000
  /// So much of a body that nobody wants is read away, so that the server sees a proper end and the
  /// connection can be used again; then it is cut off.
  private static let surplusLimit = 1 << 20
  private static let unwantedPatience = Duration.seconds(1)

  init(
    _ request: HTTPRequest, on easy: UnsafeMutableRawPointer, settings: TransportSettings
  ) throws(HTTPFailure) {
    self.easy = easy
    responseLimit = request.responseLimit
    needsOnlyStatus = request.needsOnlyStatus
    proxy = request.mayUseProxy ? settings.proxy(for: request.url) ?? "" : ""
    trust = settings.trust.path.flatMap { path in settings.trustSource.map { (path, $0) } }
    body = request.body
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try setTarget(request)
    try setHeaders(request)
    try setLimits(request.timeouts)
    try setTrust(settings.trust)
    try setProxy()
    try setCallbacks()
  }

  deinit {
    errorText.deallocate()
    curl_slist_free_all(headers)
  }

  static func of(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
    var pointer: UnsafeMutableRawPointer?
    guard rotate_curl_private(easy, &pointer) == CURLE_OK else { return nil }
    return of(pointer)
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> CurlTransfer? {
    pointer.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }
}

// MARK: - Options

extension CurlTransfer {
  private func set(_ option: CURLoption, _ value: Int) throws(HTTPFailure) {
    try check(rotate_curl_set_long(easy, option, value), option)
  }

  private func set(_ option: CURLoption, _ value: String?) throws(HTTPFailure) {
    try check(rotate_curl_set_string(easy, option, value), option)
  }

  private func check(_ code: CURLcode, _ option: CURLoption) throws(HTTPFailure) {
    guard code == CURLE_OK else {
      let reason = String(cString: curl_easy_strerror(code))
      throw HTTPFailure(.invalidRequest, "libcurl refused option \(option.rawValue): \(reason)")
    }
  }

  private func setTarget(_ request: HTTPRequest) throws(HTTPFailure) {
    let url = request.url
    guard url.hasPrefix("https://") || url.hasPrefix("http://"), !url.utf8.contains(0) else {
      throw HTTPFailure(.invalidRequest, "not an http or https URL: \(url)")
    }
    try set(CURLOPT_URL, url)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_PATH_AS_IS, 1)  // or the path would not be the one that was signed
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_HTTP_VERSION, rotate_curl_http_1_1)
    switch request.method {
    case "GET": try set(CURLOPT_HTTPGET, 1)
    case "HEAD": try set(CURLOPT_NOBODY, 1)
    default:
      try set(CURLOPT_POST, 1)
      try set(CURLOPT_CUSTOMREQUEST, request.method)
      let fields = body.withUnsafeBytes {
        rotate_curl_set_pointer(
          easy, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
      }
      try check(fields, CURLOPT_POSTFIELDS)
      let size = rotate_curl_set_body_size(easy, curl_off_t(body.count))
      try check(size, CURLOPT_POSTFIELDSIZE_LARGE)
    }
  }

  private func setHeaders(_ request: HTTPRequest) throws(HTTPFailure) {
    // What libcurl would add by itself, unless the request has it: `Expect` would cost a round trip.
    let names = Set(request.headers.map { $0.name.lowercased() })
    for name in ["Accept", "Expect", "Content-Type", "User-Agent"]
    where !names.contains(name.lowercased()) {
      headers = curl_slist_append(headers, "\(name):")
    }
    for (name, value) in request.headers {
      let line = value.isEmpty ? "\(name);" : "\(name): \(value)"
      guard !line.utf8.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else {
        throw HTTPFailure(.invalidRequest, "the header \(name) holds a line break or a zero byte")
      }
      headers = curl_slist_append(headers, line)
    }
    for (name, value) in request.secretHeaders { try add(name, value) }
    try check(rotate_curl_set_headers(easy, headers), CURLOPT_HTTPHEADER)
  }

  /// libcurl copies the line, into memory that it gets from `WipingAllocator`.
  private func add(_ name: String, _ value: SharedSecret) throws(HTTPFailure) {
    let line = WipingBuffer(capacity: name.utf8.count + value.count + 3)
    line.append("\(name): ")
    line.append(value.bytes)
    guard line.withUnsafeBytes({ !$0.contains { $0 == 0 || $0 == 10 || $0 == 13 } }) else {
      throw HTTPFailure(.invalidRequest, "the header \(name) holds a line break or a zero byte")
    }
    line.append(0)
    line.withUnsafeBytes {
      headers = curl_slist_append(headers, $0.bindMemory(to: CChar.self).baseAddress)
    }
  }

  private func setLimits(_ timeouts: HTTPRequest.Timeouts) throws(HTTPFailure) {
    // 0 would mean no limit at all.
    try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, timeouts.connect.milliseconds))
    try set(CURLOPT_TIMEOUT_MS, max(1, timeouts.total.milliseconds))
    try set(CURLOPT_MAXAGE_CONN, Self.idleSeconds)
    try set(CURLOPT_NOSIGNAL, 1)
    // Without it the end of a time-out waits for a resolver that hangs.
    try set(CURLOPT_QUICK_EXIT, 1)
  }

  private func setTrust(_ trust: TransportSettings.Trust) throws(HTTPFailure) {
    try set(CURLOPT_SSLVERSION, rotate_curl_tls_1_2)
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    // Exactly one of the two: with both a handshake takes ten times as long.
    let (file, directory): (String?, String?)
    switch trust {
    case .builtIn: return
    case .file(let path): (file, directory) = (path, nil)
    case .directory(let path): (file, directory) = (nil, path)
    }
    try set(CURLOPT_CAINFO, file)
    try set(CURLOPT_CAPATH, directory)
    try set(CURLOPT_PROXY_CAINFO, file)
    try set(CURLOPT_PROXY_CAPATH, directory)
  }

  private func setProxy() throws(HTTPFailure) {
    // Empty strings, not unset options, keep libcurl from reading the process's environment.
    try set(CURLOPT_PROXY, proxy)
    try set(CURLOPT_NOPROXY, "")
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
  }
}

// MARK: - Callbacks

extension CurlTransfer {
  private func setCallbacks() throws(HTTPFailure) {
    let this = Unmanaged.passUnretained(self).toOpaque()
    for option in [CURLOPT_PRIVATE, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_PREREQDATA] {
      try check(rotate_curl_set_pointer(easy, option, this), option)
    }
    try check(rotate_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText), CURLOPT_ERRORBUFFER)
    let header = rotate_curl_set_write(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
      CurlTransfer.of(this)?.header(bytes, size * count) ?? 0
    }
    try check(header, CURLOPT_HEADERFUNCTION)
    let write = rotate_curl_set_write(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
      CurlTransfer.of(this)?.write(bytes, size * count) ?? 0
    }
    try check(write, CURLOPT_WRITEFUNCTION)
    let prerequest = rotate_curl_set_prerequest(easy) { this, _, _, _, _ in
      CurlTransfer.of(this)?.prerequest() ?? CURL_PREREQFUNC_ABORT
    }
    try check(prerequest, CURLOPT_PREREQFUNCTION)
  }

  /// Called each time just before the request goes out on a connection.
  ///
  /// When a reused connection dies before the first byte of the reply, libcurl sends the request
  /// again on its own, whatever the method, though the server may have acted on the first one.
  /// So the second time is refused.
  private func prerequest() -> Int32 {
    attempts += 1
    return attempts == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
  }

  /// Anything but `count` as the answer ends the transfer.
  private func write(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    let room = max(responseLimit - responseBody.count, 0)
    let kept = min(count, room)
    responseBody.append(UnsafeRawBufferPointer(start: bytes, count: kept))
    surplus += count - kept
    guard mayDrop else {
      isTooLarge = surplus > 0
      return isTooLarge ? 0 : count
    }
    let began = bodyBegan ?? .now
    bodyBegan = began
    let isPatient = !needsOnlyStatus || ContinuousClock.now - began < Self.unwantedPatience
    return surplus <= Self.surplusLimit && isPatient ? count : 0
  }

  /// Whether what is beyond the limit may be left away.
  private var mayDrop: Bool { needsOnlyStatus || !(200..<300).contains(status) }

  private var status: Int {
    var status = 0
    _ = rotate_curl_response_code(easy, &status)
    return status
  }

  private func header(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    headerBytes += count
    guard headerBytes <= Self.headerLimit, responseHeaders.count < Self.maximumHeaders else {
      isTooLarge = true
      return 0
    }
    let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
    // An empty line ends the headers, those of an interim reply (1xx) as well.
    if line.allSatisfy(\.isNewline), status >= 200 { hasHead = true }
    if line.hasPrefix("HTTP/") {
      responseHeaders = []  // a status line: what came before was an interim 1xx reply
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...]
      responseHeaders.append((String(line[..<colon]), value.trimmingBlanks))
    }
    return count
  }
}

// MARK: - Judgement

extension CurlTransfer {
  var result: Result<HTTPResponse, HTTPFailure> {
    guard outcome == CURLE_OK || isEnough else { return .failure(failure) }
    return .success(
      HTTPResponse(
        status: status, headers: responseHeaders, body: SharedSecret(responseBody.take())))
  }

  /// Whether a response whose body did not arrive as a whole is one all the same.
  private var isEnough: Bool {
    guard hasHead, !isTooLarge, attempts == 1 else { return false }
    return needsOnlyStatus || surplus > 0 && mayDrop
  }

  private var failure: HTTPFailure {
    let code = outcome ?? CURLE_SEND_ERROR
    let detail = String(cString: errorText)
    var message = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    if !proxy.isEmpty { message = message.replacing(proxy, with: "[the proxy's URL]") }
    if let trust, code == CURLE_SSL_CACERT_BADFILE {
      message = "\(trust.path), named by \(trust.source), can't be used as the trusted certificates"
    } else if isTooLarge, responseBody.count == responseLimit {
      message = "status \(status) with more than \(responseLimit) bytes"
    } else if let trust, code == CURLE_PEER_FAILED_VERIFICATION {
      message += " (trusted is \(trust.path), named by \(trust.source))"
    }
    if attempts > 1 {
      return HTTPFailure(.connectionLost, "the server closed the reused connection")
    }
    return HTTPFailure(attempts == 0 ? kindBeforeSending(code) : kindAfterSending(code), message)
  }

  private func kindBeforeSending(_ code: CURLcode) -> HTTPFailure.Kind {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameNotResolved
    case CURLE_OPERATION_TIMEDOUT: .timedOutBeforeSending
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER,
      CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
      .tls
    case CURLE_SSL_CACERT_BADFILE: .badTrust
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL,
      CURLE_BAD_FUNCTION_ARGUMENT, CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT,
      CURLE_SSL_ENGINE_INITFAILED:
      .invalidRequest
    default: .notConnected
    }
  }

  private func kindAfterSending(_ code: CURLcode) -> HTTPFailure.Kind {
    if isTooLarge { return .responseTooLarge }
    return switch code {
    case CURLE_OPERATION_TIMEDOUT: .timedOutAfterSending
    case CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL,
      CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR, CURLE_FILESIZE_EXCEEDED:
      .malformedResponse
    default: .connectionLost
    }
  }
}
