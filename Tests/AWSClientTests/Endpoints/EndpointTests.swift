import AWSClient
import Testing

/// What botocore can't judge: settings, and what is refused. The hosts are compared with its rules
/// under `Tests/Differential`.
@Suite struct EndpointTests {
  @Test(
    arguments: [
      // Environment, profile, `services` section of IAM; the URLs of IAM and SSM.
      ([:], [:], [:], nil, nil),
      (["AWS_ENDPOINT_URL": "http://e"], [:], [:], "http://e", "http://e"),
      (
        ["AWS_ENDPOINT_URL": "http://e", "AWS_ENDPOINT_URL_IAM": "http://i"], [:], [:], "http://i",
        "http://e"
      ),
      ([:], ["endpoint_url": "http://p"], [:], "http://p", "http://p"),
      ([:], ["endpoint_url": "http://p"], ["endpoint_url": "http://s"], "http://s", "http://p"),
      (["AWS_ENDPOINT_URL": "http://e"], [:], ["endpoint_url": "http://s"], "http://e", "http://e"),
      (
        ["AWS_ENDPOINT_URL_IAM": "", "AWS_ENDPOINT_URL": ""], ["endpoint_url": "http://p"], [:],
        "http://p", "http://p"
      ),
      (
        ["AWS_ENDPOINT_URL": "http://e", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"],
        ["endpoint_url": "http://p"], ["endpoint_url": "http://s"], nil, nil
      ),
      (
        ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false", "AWS_ENDPOINT_URL_SSM": "http://m"],
        ["ignore_configured_endpoint_urls": "true"], [:], nil, "http://m"
      ),
    ] as [([String: String], [String: String], [String: String], String?, String?)])
  func configuredURLs(
    environment: [String: String], profile: [String: String], section: [String: String],
    iam: String?, ssm: String?
  ) throws {
    let settings = EndpointSettings(
      environment: environment, profile: profile, services: ["iam": section])
    let standard = ("https://iam.amazonaws.com/", "https://ssm.eu-west-1.amazonaws.com/")
    #expect(
      try Endpoint(.iam, region: "eu-west-1", settings: settings).url
        == iam.map { $0 + "/" } ?? standard.0)
    #expect(
      try Endpoint(.ssm, region: "eu-west-1", settings: settings).url
        == ssm.map { $0 + "/" } ?? standard.1)
  }

  @Test func whiteSpaceIsNoSetting() throws {
    let settings = EndpointSettings(
      environment: [
        "AWS_ENDPOINT_URL": " ", "AWS_ENDPOINT_URL_IAM": "\n",
        "AWS_ENDPOINT_URL_SSO_OIDC": "http://o\n",
        "AWS_USE_FIPS_ENDPOINT": " ", "AWS_USE_DUALSTACK_ENDPOINT": "true ",
      ], profile: ["use_fips_endpoint": "true"],
      services: ["sso": ["endpoint_url": "http://s"], "sso_oidc": ["endpoint_url": "http://t"]])
    #expect(
      settings.url == nil && settings.serviceURLs == [.ssoOIDC: "http://o", .sso: "http://s"])
    #expect(settings.useFIPS && settings.useDualStack)
    // A sign-in goes where its URL leads.
    #expect(try Endpoint(.sso, region: "eu-west-1", settings: settings).url == "http://s/")
  }

  @Test func aServicesOwnURLWins() throws {
    let settings = EndpointSettings(
      url: "http://127.0.0.1:5000", serviceURLs: [.iam: "HTTPS://iam.test:8443/base"])
    let iam = try Endpoint(.iam, region: "cn-north-1", settings: settings)
    #expect(iam.url == "https://iam.test:8443/base")
    #expect(try Endpoint(.ssm, region: "eu-west-1", settings: settings).url.hasSuffix(":5000/"))
  }

  @Test func theCommandLineWinsOverAll() throws {
    let settings = EndpointSettings(
      endpointURL: "http://127.0.0.1:5000",
      environment: [
        "AWS_ENDPOINT_URL_IAM": "http://i", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
      ])
    let endpoint = try Endpoint(.iam, region: "cn-north-1", settings: settings)
    #expect(endpoint.url == "http://127.0.0.1:5000/")
    #expect(endpoint.signingRegion == "cn-north-1")
  }

  @Test func variantsFromTheEnvironmentAndTheProfile() {
    let settings = EndpointSettings(
      environment: ["AWS_USE_FIPS_ENDPOINT": "TRUE", "AWS_STS_REGIONAL_ENDPOINTS": "legacy"],
      profile: ["use_dualstack_endpoint": "true", "use_fips_endpoint": "false"])
    #expect(settings.useFIPS && settings.useDualStack && settings.usesLegacyGlobalSTS)
  }

  @Test(arguments: [
    "ftp://x", "x", "http://", "http://:80", "http://u:p@host", "http://host?q", "http://host#f",
    "http://ho st", "http://höst", "https:///path", "",
  ])
  func badURLs(url: String) {
    #expect(throws: EndpointFailure.invalidURL(url)) {
      try Endpoint(.iam, region: "us-east-1", settings: EndpointSettings(url: url))
    }
  }

  @Test func aPasswordInAURLIsNotShown() {
    #expect(!EndpointFailure.invalidURL("http://user:hunter2@host").description.contains("hunter2"))
  }

  @Test(arguments: ["", "us east", "us-east-1.evil", "us-east-1/", "-us", "us-", "ü"])
  func badRegions(region: String) {
    #expect(throws: EndpointFailure.invalidRegion(region)) {
      try Endpoint(.sts, region: region, settings: EndpointSettings())
    }
  }

  @Test func variantsOfACustomEndpoint() {
    let settings = EndpointSettings(url: "http://x", useFIPS: true)
    #expect(throws: EndpointFailure.customWithVariant("http://x")) {
      try Endpoint(.sts, region: "us-east-1", settings: settings)
    }
  }
}
