// swift-tools-version: 6.2
import PackageDescription

/// The same strict settings for every Swift target: warnings are errors, every import is internal
/// unless it says otherwise, and a member is visible only where its module is imported.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "rotate",
  products: [
    .executable(name: "rotate", targets: ["rotate"]),
    // With LibCrypto, whose SecretBytes are in the signer's public API.
    .library(name: "SigV4", targets: ["SigV4", "LibCrypto"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    // The C door: headers of the system's libraries and typed shims, nothing else.
    .systemLibrary(
      name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CLibExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "CLinux"),

    // Values of AWS and of the calendar that every target may name.
    .target(name: "AWSPrimitives", swiftSettings: strict),
    .target(name: "LibCrypto", dependencies: ["CLibCrypto", "CLinux"], swiftSettings: strict),
    // All that touches this machine: files and who may have written them, processes, clocks.
    .target(name: "Host", dependencies: ["CLinux", "LibCrypto"], swiftSettings: strict),
    // JSON whose texts may be secrets, read and written in memory that is wiped.
    .target(name: "SecretCoding", dependencies: ["LibCrypto"], swiftSettings: strict),
    .target(name: "SigV4", dependencies: ["AWSPrimitives", "LibCrypto"], swiftSettings: strict),
    .target(name: "OneTimePassword", dependencies: ["LibCrypto"], swiftSettings: strict),
    .target(
      name: "AWSClient",
      dependencies: [
        "AWSPrimitives", "CLibCurl", "CLibExpat", "CLinux", "Host", "LibCrypto", "SecretCoding",
        "SigV4",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // Where the caller's credentials come from.
    .target(
      name: "AWSCredentials", dependencies: ["AWSClient", "Host", "LibCrypto", "SecretCoding"],
      swiftSettings: strict),
    // What a person must know, as data; and the one room in which it is put into words.
    .target(name: "Findings", dependencies: ["AWSPrimitives"], swiftSettings: strict),
    .target(
      name: "RotationPlanner", dependencies: ["AWSPrimitives", "Findings"], swiftSettings: strict),
    .target(
      name: "RotationExecutor",
      dependencies: [
        "AWSPrimitives", "Findings", "Host", "LibCrypto", "OneTimePassword", "RotationPlanner",
        "SecretCoding",
      ],
      swiftSettings: strict),
    // Where else the published key is shown: one file a kind, one registry.
    .target(
      name: "Destinations",
      dependencies: [
        "AWSCredentials", "Host", "LibCrypto", "RotationExecutor", "RotationPlanner",
      ],
      swiftSettings: strict),
    // Reads the file, and works out what it says about each user.
    .target(
      name: "Configuration",
      dependencies: [
        "AWSClient", "AWSPrimitives", "Findings", "Host", "RotationExecutor", "RotationPlanner",
      ],
      swiftSettings: strict),
    .target(
      name: "Reports",
      dependencies: ["CLinux", "Findings", "LibCrypto", "RotationExecutor", "RotationPlanner"],
      resources: [.embedInCode("Page/report.css"), .embedInCode("Page/report.js")],
      swiftSettings: strict),
    .executableTarget(
      name: "rotate",
      dependencies: [
        "AWSClient", "AWSCredentials", "AWSPrimitives", "CLinux", "Configuration", "Destinations",
        "Findings", "Host", "LibCrypto", "OneTimePassword", "Reports", "RotationExecutor",
        "RotationPlanner",
        "SecretCoding",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict,
      // What is freed is wiped: see HeapWiping.swift. Sanitizers have a heap of their own.
      linkerSettings: [
        .unsafeFlags(
          [
            "-Xlinker", "--defsym=free=rotate_wiping_free",
            "-Xlinker", "--defsym=realloc=rotate_wiping_realloc",
          ], .when(configuration: .release))
      ]),

    // Tools of the tests, driven from Python; in no product.
    .executableTarget(
      name: "ClientJudge",
      dependencies: [
        "AWSClient", "LibCrypto", "OneTimePassword",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/Tools/ClientJudge", swiftSettings: strict),
    .executableTarget(
      name: "CredentialsJudge",
      dependencies: [
        "AWSClient", "AWSCredentials", "LibCrypto",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/Tools/CredentialsJudge", swiftSettings: strict),
    .executableTarget(
      name: "SigningJudge", dependencies: ["LibCrypto", "SigV4"],
      path: "Tests/Tools/SigningJudge", swiftSettings: strict),
    .executableTarget(
      name: "SigningBench", dependencies: ["LibCrypto", "SigV4"],
      path: "Tests/Tools/SigningBench", swiftSettings: strict),
    // A model of AWS with faults and a virtual clock, on which the real executor runs.
    .target(
      name: "SimulationModel",
      dependencies: [
        "AWSClient", "LibCrypto", "OneTimePassword", "RotationExecutor", "RotationPlanner",
      ],
      path: "Tests/Simulation/Model", swiftSettings: strict),
    .executableTarget(
      name: "simulate",
      dependencies: [
        "LibCrypto", "SimulationModel",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Simulation/Command", swiftSettings: strict),

    .testTarget(
      name: "AWSPrimitivesTests", dependencies: ["AWSPrimitives"], swiftSettings: strict),
    .testTarget(
      name: "DestinationsTests",
      dependencies: [
        "Destinations", "Host", "LibCrypto", "RotationExecutor", "RotationPlanner",
      ],
      swiftSettings: strict),
    .testTarget(name: "HostTests", dependencies: ["Host", "LibCrypto"], swiftSettings: strict),
    .testTarget(name: "LibCryptoTests", dependencies: ["LibCrypto"], swiftSettings: strict),
    .testTarget(
      name: "SecretCodingTests", dependencies: ["LibCrypto", "SecretCoding"],
      swiftSettings: strict),
    .testTarget(
      name: "OneTimePasswordTests", dependencies: ["LibCrypto", "OneTimePassword"],
      swiftSettings: strict),
    .testTarget(name: "SigV4Tests", dependencies: ["SigV4", "LibCrypto"], swiftSettings: strict),
    .testTarget(
      name: "AWSClientTests",
      dependencies: [
        "AWSClient", "Host", "LibCrypto", "SigV4",
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(name: "FindingsTests", dependencies: ["Findings"], swiftSettings: strict),
    .testTarget(
      name: "AWSCredentialsTests",
      dependencies: ["AWSClient", "AWSCredentials", "Host", "LibCrypto"], swiftSettings: strict),
    .testTarget(
      name: "RotationPlannerTests", dependencies: ["RotationPlanner"], swiftSettings: strict),
    .testTarget(
      name: "RotationExecutorTests",
      dependencies: ["RotationExecutor", "RotationPlanner", "LibCrypto", "OneTimePassword"],
      swiftSettings: strict),
    .testTarget(
      name: "SimulationTests",
      dependencies: ["LibCrypto", "RotationExecutor", "RotationPlanner", "SimulationModel"],
      path: "Tests/Simulation/Tests", swiftSettings: strict),
    .testTarget(
      name: "ConfigurationTests",
      dependencies: ["Configuration", "RotationExecutor", "RotationPlanner"],
      swiftSettings: strict),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "RotationExecutor", "RotationPlanner"],
      swiftSettings: strict),
    .testTarget(
      name: "RotateTests",
      dependencies: [
        "rotate", "AWSClient", "AWSCredentials", "Host", "LibCrypto", "OneTimePassword",
        "RotationPlanner", "RotationExecutor",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // The parsers, on a kept corpus; `Tests/Fuzz/fuzz` builds the same targets for libFuzzer.
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "rotate", "AWSClient", "AWSCredentials", "Configuration", "Destinations", "Host",
        "LibCrypto", "RotationPlanner", "RotationExecutor",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/Fuzz", exclude: ["Entry", "corpus", "fuzz"], swiftSettings: strict),
  ]
)
