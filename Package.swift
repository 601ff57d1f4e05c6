// swift-tools-version: 6.2
// Perigee: a data-gravity aware sync and transfer service.
//
// Arrows point down only; `make build` has the compiler check that every import is a declared dependency.

import PackageDescription

let package = Package(
    name: "perigee",
    products: [
        .executable(name: "perigee", targets: ["perigee"]),
        .library(name: "PerigeeHashing", targets: ["Hashing"]),
        .library(name: "PerigeeContent", targets: ["Content"]),
        .library(name: "PerigeeModel", targets: ["Model"]),
        .library(name: "PerigeeConfigurations", targets: ["Configurations"]),
        .library(name: "PerigeeStorage", targets: ["Storage"]),
        .library(name: "PerigeeObjectStorage", targets: ["ObjectStorage"]),
        .library(name: "PerigeeVault", targets: ["Vault"]),
        .library(name: "PerigeeReplication", targets: ["Replication"]),
        .library(name: "PerigeeWire", targets: ["Wire"]),
        .library(name: "PerigeeSites", targets: ["Sites"]),
        .library(name: "PerigeeTrust", targets: ["Trust"]),
        .library(name: "PerigeeTransport", targets: ["Transport"]),
        .library(name: "PerigeeAgents", targets: ["Agents"]),
        .library(name: "PerigeeScheduling", targets: ["Scheduling"]),
        .library(name: "PerigeePlacement", targets: ["Placement"]),
        .library(name: "PerigeeDispatching", targets: ["Dispatching"]),
        .library(name: "PerigeeCatalog", targets: ["Catalog"]),
        .library(name: "PerigeeService", targets: ["Service"]),
        .library(name: "PerigeeMetering", targets: ["Metering"]),
        .library(name: "PerigeeWeb", targets: ["Web"]),
        .library(name: "PerigeeYardsticks", targets: ["Yardsticks"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        // System libraries and C.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CSyscalls"),
        .target(name: "CHash"),
        .target(name: "CBoringSSL", dependencies: [.product(name: "NIOSSL", package: "swift-nio-ssl")]),

        // The nouns, the threads, the files.
        .target(name: "Model"),
        .target(name: "Workers", dependencies: ["CSyscalls", "Model"]),
        .target(name: "Files", dependencies: ["CSyscalls", "Model"]),

        // Bytes: hashed, cut, compressed, sealed, packed.
        .target(name: "Hashing", dependencies: ["CHash", "Model", "Workers"]),
        .target(
            name: "Content",
            dependencies: ["CBoringSSL", "CHash", "CLZ4", "COpenSSL", "CZstd", "Hashing", "Model", "Workers"]),

        // Blobs, the vault made of them, and what moves between trees and vaults.
        .target(name: "Storage", dependencies: ["Files", "Hashing", "Model"]),
        .target(
            name: "ObjectStorage",
            dependencies: [
                "COpenSSL", "Files", "Hashing", "Model", "Storage", "Workers",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .target(
            name: "Vault",
            dependencies: ["COpenSSL", "Content", "Files", "Hashing", "Model", "Storage", "Workers"]),
        .target(
            name: "Replication",
            dependencies: [
                "CSyscalls", "Calibration", "Content", "Files", "Hashing", "Model", "Storage", "Vault", "Workers",
            ]),

        // One protocol over any stream of bytes to another site.
        .target(
            name: "Wire",
            dependencies: ["CSyscalls", "Content", "Files", "Hashing", "Model", "Storage", "Workers"]),

        // Trees at other sites, by way of the wire.
        .target(
            name: "Sites", dependencies: ["Content", "Model", "Replication", "Storage", "Vault", "Wire", "Workers"]),

        // When: pure, without clocks or files of its own.
        .target(name: "Scheduling", dependencies: ["Model"]),

        // Who a site is and whom it trusts, streams over TLS between sites, and what serves one to others.
        .target(name: "Trust", dependencies: ["COpenSSL", "Files", "Hashing", "Model"]),
        .target(
            name: "Transport",
            dependencies: [
                "Files", "Model", "Trust", "Wire", "Workers",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ]),
        .target(
            name: "Agents",
            dependencies: ["Model", "Replication", "Sites", "Storage", "Transport", "Trust", "Wire", "Workers"]),

        // What a user wants: one file, checked as a whole.
        .target(name: "Configurations", dependencies: ["Model", .product(name: "Yams", package: "Yams")]),
        // YAML with places, and decisions made of it: pure.
        .target(name: "Settings", dependencies: ["Model", .product(name: "Yams", package: "Yams")]),
        .target(name: "Placement", dependencies: ["Model", "Settings", "Workers"]),
        // How right estimates were, and what that teaches of links: pure.
        .target(name: "Calibration", dependencies: ["Model"]),

        // Work that is sent to where it was decided.
        .target(name: "Dispatching", dependencies: ["Files", "Model", "Placement", "Wire"]),

        // What is remembered of runs, replicas and people, and the daemon that makes it happen.
        .target(
            name: "Catalog",
            dependencies: ["Hashing", "Model", "Scheduling", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(
            name: "Service",
            dependencies: [
                "CSyscalls", "Catalog", "Configurations", "Files", "Model", "Placement", "Scheduling", "Settings",
                "Workers",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),

        // What is counted, for Prometheus; and the API and the dashboard over HTTP.
        .target(name: "Metering", dependencies: [.product(name: "CoreMetrics", package: "swift-metrics")]),
        .target(
            name: "Web",
            dependencies: [
                "Catalog", "Configurations", "Hashing", "Metering", "Model", "Placement", "Scheduling", "Trust",
                "Workers",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),

        // What is measured beside its limit, by the command line and by the package of benchmarks.
        .target(
            name: "Yardsticks",
            dependencies: [
                "CBoringSSL", "Content", "Files", "Hashing", "Model", "Replication", "Storage", "Transport", "Trust",
                "Vault", "Wire", "Workers",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),

        // The command line.
        .executableTarget(
            name: "perigee",
            dependencies: [
                "Agents", "CHash", "Calibration", "Catalog", "Configurations", "Content", "Dispatching", "Files",
                "Hashing", "Metering", "Model", "ObjectStorage", "Placement", "Replication", "Scheduling", "Service",
                "Settings", "Sites", "Storage", "Transport", "Trust", "Vault", "Web", "Wire", "Workers", "Yardsticks",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),

        // What the tests share.
        .target(
            name: "TestSupport", dependencies: ["CSpawn", "Files", "Model", "Storage", "Wire", "Workers"],
            path: "Tests/TestSupport"),
        .target(name: "CSpawn", path: "Tests/CSpawn"),
        .testTarget(name: "ConfigurationsTests", dependencies: ["Configurations", "Model", "TestSupport"]),
        .testTarget(name: "ModelTests", dependencies: ["Model", "TestSupport", "Workers"]),
        .testTarget(
            name: "HashingTests", dependencies: ["CHash", "Hashing", "TestSupport"],
            resources: [.copy("Golden")]),
        .testTarget(
            name: "ContentTests", dependencies: ["Content", "Hashing", "Model", "TestSupport"],
            resources: [.copy("Golden")]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "Model", "TestSupport"]),
        .testTarget(
            name: "StorageTests", dependencies: ["Files", "Hashing", "Model", "Storage", "TestSupport", "Workers"]),
        .testTarget(
            name: "ObjectStorageTests",
            dependencies: [
                "Files", "Hashing", "Model", "ObjectStorage", "Storage", "TestSupport", "Workers",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            resources: [.copy("Golden")]),
        .testTarget(
            name: "VaultTests",
            dependencies: ["Content", "Files", "Hashing", "Model", "Storage", "TestSupport", "Vault", "Workers"],
            resources: [.copy("Golden")]),
        .testTarget(
            name: "ReplicationTests",
            dependencies: [
                "Content", "Files", "Hashing", "Model", "Replication", "Storage", "TestSupport", "Vault", "Workers",
            ]),
        .testTarget(name: "SchedulingTests", dependencies: ["Model", "Scheduling", "TestSupport"]),
        .testTarget(
            name: "WireTests", dependencies: ["Files", "Hashing", "Model", "Storage", "TestSupport", "Wire", "Workers"]),
        .testTarget(
            name: "SitesTests",
            dependencies: [
                "Content", "Files", "Hashing", "Model", "Replication", "Sites", "Storage", "TestSupport", "Vault",
                "Wire", "Workers",
            ]),
        .testTarget(name: "CatalogTests", dependencies: ["Catalog", "Hashing", "Model", "Scheduling", "TestSupport"]),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Catalog", "Configurations", "Model", "Scheduling", "Service", "TestSupport", "Workers",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "SettingsTests", dependencies: ["Model", "Settings"]),
        .testTarget(name: "CalibrationTests", dependencies: ["Calibration", "Model", "TestSupport"]),
        .testTarget(
            name: "PlacementTests",
            dependencies: ["Configurations", "Model", "Placement", "Service", "TestSupport", "Web"]),
        .testTarget(
            name: "DispatchingTests", dependencies: ["Dispatching", "Model", "Placement", "TestSupport", "Wire"]),
        .testTarget(
            name: "TrustTests", dependencies: ["Files", "Hashing", "Model", "TestSupport", "Trust", "Workers"]),
        .testTarget(
            name: "TransportTests",
            dependencies: [
                "COpenSSL", "Model", "TestSupport", "Transport", "Trust", "Wire", "Workers",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .testTarget(
            name: "AgentsTests",
            dependencies: [
                "Agents", "Content", "Files", "Model", "Replication", "Sites", "Storage", "TestSupport", "Transport",
                "Trust", "Wire", "Workers",
            ]),
        .testTarget(
            name: "MeteringTests",
            dependencies: ["Metering", .product(name: "CoreMetrics", package: "swift-metrics")]),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Catalog", "Configurations", "Hashing", "Metering", "Model", "Placement", "Scheduling", "TestSupport",
                "Trust", "Web",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .testTarget(
            name: "perigeeTests",
            dependencies: ["Content", "Files", "Hashing", "Model", "TestSupport", "Wire", "Workers"],
            resources: [.copy("Preloaded")]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)

for target in package.targets where [.regular, .executable, .test].contains(target.type) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .treatAllWarnings(as: .error),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
        ]
}
