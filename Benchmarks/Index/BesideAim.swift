import Foundation
import Vault
import Yardsticks

/// What the index takes of memory and files, beside what it may take.
enum BesideAim {
    private static let lookups = 1_000_000

    /// The share of unknown IDs that are answered without a page fault or a read, the index being opened just now.
    static func unfaulted(_ count: Int) -> Yardstick {
        Yardstick(
            "index", "misses without a fault or read, \(count / 1_000_000) million IDs", against: "aimed at",
            threshold: 1.0
        ) {
            let index = try MadeIndex(count)
            let ids = (0..<lookups).map { MadeIndex.id(count + $0) }
            let before = faultsAndReads()
            var found = 0
            for id in ids where index.vault.index.lookup(id) != nil { found += 1 }
            let cost = faultsAndReads() - before
            guard found == 0 else { throw CocoaError(.fileReadCorruptFile) }
            return .count(.init(1 - Double(cost) / Double(lookups), limit: 0.99, unit: .quotient))
        }
    }

    /// What the process grows by when it opens the index and looks up a million IDs that are there and a million others.
    static func resident(_ count: Int) -> Yardstick {
        Yardstick(
            "index", "memory of \(count / 1_000_000) million IDs", against: "aimed at",
            threshold: count > 30_000_000 ? 0.2 : 1.0,
            target: 1.0
        ) {
            // Once, so that what is made anew on the way is not counted.
            _ = try MadeIndex(count)
            let before = residentBytes()
            let index = try MadeIndex(count)
            var found = 0
            for number in 0..<lookups {
                if index.vault.index.lookup(MadeIndex.id(number &* 7919 % count)) != nil { found += 1 }
                if index.vault.index.lookup(MadeIndex.id(count + number)) != nil { found += 1 }
            }
            guard found == lookups else { throw CocoaError(.fileReadCorruptFile) }
            let grown = max(1, residentBytes() - before)
            return .count(.init(Double(grown), limit: Double(64 << 20), unit: .bytes, lessIsBetter: true))
        }
    }

    private static func faultsAndReads() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let io = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8)) ?? ""
        let reads = io.split(separator: "\n").first { $0.hasPrefix("syscr:") }.flatMap { Int($0.dropFirst(7)) }
        return Int(usage.ru_minflt + usage.ru_majflt) + (reads ?? 0)
    }

    private static func residentBytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let fields = status.split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
