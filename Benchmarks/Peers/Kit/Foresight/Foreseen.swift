internal import Foundation

/// What was foreseen of a transfer, and what it came to.
package struct Foreseen: Codable, Sendable, Equatable {
    /// A figure with the tenths around it.
    package struct Spread: Codable, Sendable, Equatable {
        package let p10, p50, p90: Double
    }

    /// Which data.
    package let workload: Kind
    /// What it goes to: `tree there`, `vault here` ...
    package let end: String
    /// What that had before: `nothing`, `another version`, `the last version`.
    package let there: String
    package let link: String
    /// Bytes towards the destination, with all overhead.
    package let expectedBytes: Spread
    package let bytes: Double
    package let expectedSeconds: Spread
    package let seconds: Double
    package let expectedRequests: Double
    package let requests: Double
    /// How long it took to say so, in seconds.
    package let took: Double

    /// How far the middle is off, as a share of what came about.
    package var byteError: Double { bytes > 0 ? expectedBytes.p50 / bytes - 1 : 0 }
    package var timeError: Double { seconds > 0 ? expectedSeconds.p50 / seconds - 1 : 0 }

    /// Whether the time lies in the interval that nine of ten should lie in: ln-normal through the percentiles.
    package var isTimeCovered: Bool {
        func reach(_ tenth: Double) -> Double { expectedSeconds.p50 * pow(tenth / expectedSeconds.p50, 1.2835) }
        return expectedSeconds.p50 > 0 && seconds >= reach(expectedSeconds.p10) && seconds <= reach(expectedSeconds.p90)
    }

    /// The documents of an estimate and of the run after it.
    package init(
        _ workload: Kind, _ end: String, _ there: String, _ link: String, estimate: [String: Any],
        report: [String: Any]
    ) throws {
        func spread(_ group: String, _ name: String) throws -> Spread {
            let value = (estimate[group] as? [String: Any])?[name] as? [String: Any]
            guard let p10 = Self.number(value?["p10"]), let p50 = Self.number(value?["p50"]),
                let p90 = Self.number(value?["p90"])
            else { throw PeersError("the estimate says no \(name)") }
            return Spread(p10: p10, p50: p50, p90: p90)
        }
        func figure(_ group: String, _ name: String) throws -> Double {
            guard let value = Self.number((report[group] as? [String: Any])?[name]) else {
                throw PeersError("the report says no \(name)")
            }
            return value
        }
        (self.workload, self.end, self.there, self.link) = (workload, end, there, link)
        expectedBytes = try spread("bytes", "wire_sent")
        bytes = try figure("bytes", "wire_sent")
        expectedSeconds = try spread("seconds", "total")
        seconds = try figure("seconds", "total")
        let kinds = ["put", "get", "list"]
        expectedRequests = try kinds.reduce(0) { $0 + (try spread("requests", $1).p50) }
        requests = try kinds.reduce(0) { $0 + (try figure("requests", $1)) }
        took = Self.number(estimate["took"]) ?? 0
    }

    private static func number(_ value: Any?) -> Double? { (value as? NSNumber)?.doubleValue }
}
