internal import Calibration
internal import Files
internal import Model

/// Says how long a run would take.
struct TimeModel {
    /// What a time by the rates measured just now leaves open: sealing, writing, syncing to the device.
    ///
    /// These are only done for real. So a run takes about so many times as long as they say, at best and at worst in nine of ten cases.
    static let liveSpread = (low: 0.7, high: 2.0)
    /// With so many earlier runs their own spread is believed; with fewer it is widened as above.
    static let runsEnough = 3

    /// What making a file costs a thread beside its bytes: a name aside, attributes, the renaming; in seconds.
    ///
    /// Ext4 was seen to take 0.1 to 0.4 ms, and a file system in memory a quarter of the least of that.
    static let fileSeconds = 2e-4
    static let fileSecondsInMemory = 5e-5

    /// What opening, decompressing and writing a byte out of a vault costs a thread, about, where that cannot be measured; in
    /// seconds.
    static let openingByteSeconds = 2e-9

    /// How long it takes to make `files` files in the folder `path`, in seconds.
    static func making(_ files: UInt64, in path: String, threads: Int) -> Double {
        let isInMemory = ["tmpfs", "ramfs"].contains(FileSystemFeatures.kind(at: path))
        return Double(files) * (isInMemory ? fileSecondsInMemory : fileSeconds) / Double(max(1, threads))
    }

    /// The link between the ends, if it was named.
    let link: LinkSpeed?
    /// How much work earlier runs between these ends did in a second; see ``Ledger/Run/rate``.
    let rates: [Double]

    /// The seconds of a run, and what they rest on.
    ///
    /// - Parameters:
    ///   - local: how long this machine takes by the rates measured just now, in seconds.
    ///   - work: what the run does, in the unit of ``rates``.
    ///   - wire: what crosses between the ends.
    ///   - late: how much longer it takes over the link, as a rehearsal has found; nil where none was made.
    func seconds(
        local: Double, work: Double, wire: Spread<UInt64>, late: Double? = nil
    ) -> (spread: Spread<Double>, assumption: String) {
        if let link, let late { return rehearsed(local, late, wire, link) }
        let local = local + (late ?? 0)
        let live = Spread(p10: local * Self.liveSpread.low, p50: local, p90: local * Self.liveSpread.high)
        if let link {
            let there = link.seconds(for: wire)
            let whole = Spread(
                p10: max(live.p10, there.p10), p50: max(live.p50, there.p50), p90: max(live.p90, there.p90))
            let milliseconds = Quantity.decimal(link.roundTrip * 1e3, places: 1)
            let trip = link.roundTrip > 0 ? " and a round trip of \(milliseconds) ms" : ""
            return (whole, "time is that of a link of \(link.bandwidth)\(trip), or of this machine if slower")
        }
        guard !rates.isEmpty, work > 0 else {
            return (live, "time is by what this machine did in a second while estimating")
        }
        var spread = Spread(
            p10: work / Quantile.of(rates, 0.9), p50: work / Quantile.of(rates, 0.5),
            p90: work / Quantile.of(rates, 0.1))
        if rates.count < Self.runsEnough {
            spread.p10 *= Self.liveSpread.low
            spread.p90 *= Self.liveSpread.high
        }
        let runs = rates.count == 1 ? "1 earlier run" : "\(rates.count) earlier runs"
        return (spread, "time is by the rates of \(runs) between these ends")
    }

    /// What the time of a rehearsal leaves open beside the link, at best and at worst in nine of ten cases: the destination
    /// writes only in a run.
    static let rehearsedSpread = (low: 0.85, high: 1.35)

    /// What beginning and ending leave open, in seconds and in round trips: connecting, and threads that wait for their turn.
    static let edgeSpread = (seconds: 0.05, roundTrips: 2.0)

    /// The seconds of a run that was rehearsed in `local` seconds, and would take `late` more over its link.
    ///
    /// A connection that was used lately is as fast as the link from the beginning, a new one is not: the middle is between.
    private func rehearsed(
        _ local: Double, _ late: Double, _ wire: Spread<UInt64>, _ link: LinkSpeed
    ) -> (spread: Spread<Double>, assumption: String) {
        let start = link.slowStart(for: wire.p50)
        let middle = local + late + start / 2
        let busy = min(middle, link.bandwidth.seconds(for: ByteCount(wire.p50)))
        // While the link is what is scarce, all that it does not wait for is done meanwhile.
        let (there, here) = late > 0 ? (busy, middle - busy) : (0, middle)
        let slow = LogNormal.spread(1, sigma: link.sigma).p90
        let scale = wire.p50 > 0 ? (Double(wire.p10) / Double(wire.p50), Double(wire.p90) / Double(wire.p50)) : (1, 1)
        let edge =
            Self.edgeSpread.seconds + Self.edgeSpread.roundTrips * link.roundTrip + start / 2
        let least = here * Self.rehearsedSpread.low + there * scale.0 / slow - edge
        let spread = Spread(
            p10: max(least, middle / 4), p50: middle,
            p90: here * Self.rehearsedSpread.high + there * scale.1 * slow + edge)
        return (spread, "time is that of a rehearsal over a link of \(link.bandwidth)")
    }
}
