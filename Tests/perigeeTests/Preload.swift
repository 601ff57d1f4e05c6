import Foundation
import Testing

/// A library that stands between the program and the C library and spoils reads and writes as it is told.
struct Preload {
    /// Whether there is a compiler that can build it, and a loader that takes it.
    static let isPossible = (try? Preload(FaultSite())) != nil

    private let site: FaultSite

    /// Builds it in `site`.
    init(_ site: FaultSite) throws {
        self.site = site
        let source = try #require(Bundle.module.url(forResource: "Preloaded/faults", withExtension: "c")).path
        let line = """
            for c in cc clang; do $c -O1 -shared -fPIC -o faults.so '\(source)' -ldl && break; done; \
            LD_PRELOAD="$PWD/faults.so" true 2>&1
            """
        let built = try site.shell(line)
        try #require(built.status == 0 && built.text.isEmpty, "\(built.text) \(built.errors)")
    }

    /// Runs the program while `rules` hold; the library's source says what they look like.
    func run(_ arguments: String..., rules: [String], seed: UInt64 = 1) throws -> FaultSite.Report {
        try site.run(
            arguments,
            with: [
                "LD_PRELOAD": site.path("faults.so"), "FAULTS": rules.joined(separator: ";"), "FAULTS_SEED": "\(seed)",
                "FAULTS_LOG": site.path("faults.log"),
            ])
    }

    /// Which of the rules of the last run took effect, by their places; asked once for each run.
    func takeEffects() throws -> [String] {
        let lines = try site.shell("sort -u faults.log; rm -f faults.log").text
        return lines.split(separator: "\n").map(String.init)
    }
}
