internal import CLibCurl
internal import Glibc
internal import LibCrypto

/// Sends requests over libcurl. It belongs to one thread; connections are kept for the next call.
///
/// HTTP/1.1, TLS 1.2 at least with verification always on, `http` and `https` only, no redirects.
package final class CurlTransport: HTTPTransport {
  private let settings: TransportSettings
  private let multi: UnsafeMutableRawPointer?
  /// Easy handles that wait for the next request: a reused one costs a third of a fresh one.
  private var idle: [UnsafeMutableRawPointer] = []

  /// libcurl wants this once, before anything else. Its buffers see every secret.
  private static let globalInit: Bool =
    curl_global_init_mem(
      Int(CURL_GLOBAL_DEFAULT), WipingAllocator.allocate, WipingAllocator.release,
      WipingAllocator.reallocate, WipingAllocator.duplicate, WipingAllocator.allocateZeroed)
    == CURLE_OK
  private static let maximumConnections = 32

  package init(settings: TransportSettings = TransportSettings()) {
    self.settings = settings
    multi = Self.globalInit ? curl_multi_init() : nil
    if let multi {
      _ = rotate_curl_multi_set_long(
        multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, Self.maximumConnections)
    }
  }

  deinit {
    for easy in idle { curl_easy_cleanup(easy) }
    if let multi { curl_multi_cleanup(multi) }
  }

  package func send(_ requests: [HTTPRequest]) -> [Result<HTTPResponse, HTTPFailure>] {
    guard let multi else {
      return requests.map { _ in .failure(.unavailable) }
    }
    return withoutBrokenPipeSignal {
      let transfers = requests.map { start($0, on: multi) }
      drive(multi)
      return transfers.map { transfer in
        switch transfer {
        case .failure(let failure): return .failure(failure)
        case .success(let transfer):
          curl_multi_remove_handle(multi, transfer.easy)
          let result = transfer.result
          curl_easy_reset(transfer.easy)
          idle.append(transfer.easy)
          return result
        }
      }
    }
  }

  private func start(
    _ request: HTTPRequest, on multi: UnsafeMutableRawPointer
  ) -> Result<CurlTransfer, HTTPFailure> {
    guard let easy = idle.popLast() ?? curl_easy_init() else { return .failure(.unavailable) }
    do throws(HTTPFailure) {
      let transfer = try CurlTransfer(request, on: easy, settings: settings)
      guard curl_multi_add_handle(multi, easy) == CURLM_OK else { throw .unavailable }
      return .success(transfer)
    } catch {
      curl_easy_cleanup(easy)
      return .failure(error)
    }
  }

  /// Runs until every transfer is over. Each one's total time-out bounds it.
  private func drive(_ multi: UnsafeMutableRawPointer) {
    var running: Int32 = 1
    while running > 0 {
      guard curl_multi_perform(multi, &running) == CURLM_OK else { return }
      collect(multi)
      if running > 0, curl_multi_poll(multi, nil, 0, 1_000, nil) != CURLM_OK { return }
    }
  }

  private func collect(_ multi: UnsafeMutableRawPointer) {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left)?.pointee {
      guard message.msg == CURLMSG_DONE, let easy = message.easy_handle else { continue }
      CurlTransfer.of(easy)?.outcome = message.data.result
    }
  }

  /// OpenSSL writes to a closed socket without MSG_NOSIGNAL, and the signal would end the program.
  /// libcurl could ignore it for the whole process, but that races with other threads; so it is
  /// blocked for this thread and, if it came, taken.
  private func withoutBrokenPipeSignal<Value>(_ body: () -> Value) -> Value {
    var pipe = sigset_t()
    var before = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    defer {
      if sigismember(&before, SIGPIPE) == 0 {
        var none = timespec()
        while sigtimedwait(&pipe, nil, &none) < 0, errno == EINTR {}
        pthread_sigmask(SIG_SETMASK, &before, nil)
      }
    }
    return body()
  }
}

extension HTTPFailure {
  static let unavailable = HTTPFailure(.invalidRequest, "libcurl could not be set up")
}
