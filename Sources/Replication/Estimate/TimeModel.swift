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
    /// Ext4 and tmpfs were seen to take 0.1 to 0.4 ms.
    static let fileSeconds = 2e-4

    /// How long it takes to make `files` files, in seconds.
    static func making(_ files: UInt64, threads: Int) -> Double {
        Double(files) * fileSeconds / Double(max(1, threads))
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
    func seconds(local: Double, work: Double, wire: Spread<UInt64>) -> (spread: Spread<Double>, assumption: String) {
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
}
