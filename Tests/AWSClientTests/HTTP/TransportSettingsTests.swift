import AWSClient
import Testing

@Suite struct TransportSettingsTests {
  @Test func lowerCaseWinsAndItsBlankSwitchesOff() {
    let settings = TransportSettings(environment: [
      "https_proxy": "http://lower:1", "HTTPS_PROXY": "http://upper:1", "http_proxy": "",
      "HTTP_PROXY": "http://plain:1", "ALL_PROXY": "http://all:1",
      "NO_PROXY": "169.254.169.254", "AWS_CA_BUNDLE": "",
    ])
    #expect(settings.httpsProxy == "http://lower:1")
    #expect(settings.httpProxy == nil)
    #expect(settings.noProxy == "169.254.169.254")
    #expect(settings.trust == .systemDefault())
  }

  @Test func oneProxyForAll() {
    let settings = TransportSettings(environment: ["ALL_PROXY": "http://all:1"])
    #expect(settings.httpsProxy == "http://all:1")
    #expect(settings.httpProxy == "http://all:1")
  }

  @Test func underCGIOnlyTheLowerCaseFormCounts() {
    let settings = TransportSettings(environment: [
      "REQUEST_METHOD": "GET", "HTTP_PROXY": "http://evil:1", "HTTPS_PROXY": "http://secure:1",
    ])
    #expect(settings.httpProxy == nil)
    #expect(settings.httpsProxy == "http://secure:1")
  }

  @Test func bundleOrDirectory() {
    let file = TransportSettings(environment: ["AWS_CA_BUNDLE": "/x/ca.pem"], caBundle: "/y")
    #expect(file.trust == .file("/x/ca.pem"))
    #expect(TransportSettings(environment: [:], caBundle: "/").trust == .directory("/"))
    #expect(TransportSettings(environment: ["SSL_CERT_FILE": "/z"]).trust == .file("/z"))
    let both = ["SSL_CERT_FILE": "/z", "REQUESTS_CA_BUNDLE": "/r"]
    #expect(TransportSettings(environment: both).trust == .file("/r"))
    #expect(TransportSettings(environment: both, caBundle: "/p").trust == .file("/p"))
  }
}
