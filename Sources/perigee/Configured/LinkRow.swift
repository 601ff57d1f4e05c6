internal import Calibration
internal import Configurations
internal import Model
internal import Replication

/// A link for programs.
struct LinkRow: Encodable {
    let from: String
    let to: String
    /// Bytes in a second.
    let bandwidth: Double?
    /// Seconds.
    let roundTrip: Double?
    let loss: Double?
    let limit: String?
    let tariff: String?
    /// What probes and transfers have shown, where there were any.
    let measured: Measured?
    let extras: [String: ConfigurationNode]

    /// What a probe found.
    struct Measured: Encodable {
        let at: String
        let bandwidth: Double
        let roundTrip: Double
    }

    /// `link`, with what was measured of it from this host.
    init(_ link: LinkSettings, _ loaded: LoadedConfiguration, state: StateFolder) {
        (from, to) = (link.from, link.to)
        bandwidth = link.bandwidth?.bytesPerSecond
        (roundTrip, loss, tariff) = (link.roundTrip, link.loss, link.tariff)
        limit = link.limit?.description
        extras = Dictionary(link.extras.map { ($0.key, $0.value) }) { first, _ in first }
        measured = Self.measured(link, loaded, state)
    }

    private static func measured(
        _ link: LinkSettings, _ loaded: LoadedConfiguration, _ state: StateFolder
    ) -> Measured? {
        guard let (memory, isUp) = loaded.memory(of: link, state), let seen = memory.rate(up: isUp) else { return nil }
        return Measured(at: seen.at.rfc3339, bandwidth: seen.rate.p50, roundTrip: memory.roundTrip)
    }
}
