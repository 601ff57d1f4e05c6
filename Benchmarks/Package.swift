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
    ],
    targets: [
        // What Perigee is compared with and does not need itself.
        .target(name: "CRivals", cSettings: [.define("_GNU_SOURCE")])
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)

for target in package.targets where [.regular, .executable].contains(target.type) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
        ]
}
