// swift-tools-version: 6.2
// The benchmarks of Perigee: what it does, beside the limit of what could be done, measured in the same run.
//
// A package of its own, so that neither building nor testing Perigee needs what only measuring needs. `make bench` in
// the folder above runs all suites and writes the report.

import PackageDescription

let package = Package(
    name: "perigee-benchmarks",
    dependencies: [
        .package(name: "perigee", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        // What Perigee is compared with and does not need itself.
        .target(name: "CRivals", cSettings: [.define("_GNU_SOURCE")]),
        // Runs yardsticks as benchmarks, and gathers what they showed.
        .target(
            name: "Harness",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "PerigeeYardsticks", package: "perigee"),
            ]),
        .executableTarget(
            name: "Report", dependencies: ["Harness", .product(name: "PerigeeYardsticks", package: "perigee")]),

        // Perigee beside the tools that one would use instead; builds without any of the above.
        .target(name: "CSpawn", path: "Peers/CSpawn", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CTunnel", path: "Peers/CTunnel", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "PeersKit", dependencies: ["CSpawn", "CTunnel"], path: "Peers/Kit"),
        .executableTarget(
            name: "peers",
            dependencies: ["PeersKit", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Peers/Main"),
        .testTarget(name: "PeersTests", dependencies: ["PeersKit"]),

        // What the daemon is measured with.
        .executableTarget(
            name: "service-load",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "PerigeeCatalog", package: "perigee"),
                .product(name: "PerigeeScheduling", package: "perigee"),
            ], path: "Service"),

        // What decisions by several rules cost more than the best.
        .target(
            name: "RegretKit",
            dependencies: [
                .product(name: "PerigeeModel", package: "perigee"),
                .product(name: "PerigeePlacement", package: "perigee"),
            ], path: "Regret/Kit"),
        .executableTarget(
            name: "regret",
            dependencies: ["RegretKit", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Regret/Main"),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)

// The suites, one folder each.
for suite in ["Hashing", "Chunking", "Sealing", "Compressing", "Index", "Pages", "Pipeline", "Planning", "Wire"] {
    package.targets.append(
        .executableTarget(
            // A target is a module, and the modules that are measured have some of these names.
            name: "\(suite)Suite",
            dependencies: [
                "CRivals", "Harness",
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "PerigeeContent", package: "perigee"),
                .product(name: "PerigeeHashing", package: "perigee"),
                .product(name: "PerigeeModel", package: "perigee"),
                .product(name: "PerigeeReplication", package: "perigee"),
                .product(name: "PerigeeStorage", package: "perigee"),
                .product(name: "PerigeeVault", package: "perigee"),
                .product(name: "PerigeeYardsticks", package: "perigee"),
            ],
            path: suite, plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]))
}

for target in package.targets where [.regular, .executable].contains(target.type) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
        ]
}
