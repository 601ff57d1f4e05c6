internal import Model

/// A way of bytes from one site to another: a link, two links with a relay between, a device, a link to be rented.
struct Route: Sendable {
    /// One link of it, or the device.
    struct Leg: Sendable {
        /// Which link of the scenario, for samples of its rate; -1 for a device, -2 and less for dedicated links.
        var link: Int
        /// Bytes a second in the middle, caps and connections counted.
        var rate: Double
        /// The standard deviation of the logarithm of that.
        var sigma: Double
        /// A byte and its answer, in seconds.
        var roundTrip: Double
        /// What bytes cost.
        var schedule: TierSchedule
        /// What the schedule has seen this month.
        var monthToDate: UInt64
        /// When it may be used.
        var windows: DayWindows?
    }

    /// A new connection takes about so many round trips until it is as fast as the link; see `LinkSpeed`.
    static let startRoundTrips = 9.0

    /// From there.
    var from: Int
    /// To there.
    var to: Int
    /// In words: `from berlin`, `from berlin by way of paris`.
    var name: String
    /// The site between; nil for none.
    var relay: Int?
    /// What it passes.
    let legs: [Leg]
    /// When all of these are open; nil for always, or for never.
    let windows: DayWindows?
    /// Once for each move, and for each device.
    var fee = Money.zero
    /// What one device takes; nil for links.
    var capacity: UInt64?
    /// Until the first byte moves, in seconds.
    var delay = 0.0

    init(
        from: Int, to: Int, name: String, relay: Int? = nil, legs: [Leg], fee: Money = .zero, capacity: UInt64? = nil,
        delay: Double = 0
    ) {
        (self.from, self.to, self.name, self.relay) = (from, to, name, relay)
        (self.legs, self.fee, self.capacity, self.delay) = (legs, fee, capacity, delay)
        let all = legs.compactMap(\.windows)
        windows = all.dropFirst().reduce(all.first) { $0?.meeting($1) }
    }

    /// Whether it goes over links that are there: nothing is carried, and nothing has to be made first.
    var isStanding: Bool { capacity == nil && delay == 0 }

    /// Whether all links of it are open at once at any time.
    var isEverOpen: Bool { windows != nil || legs.allSatisfy { $0.windows == nil } }

    /// Seconds until new connections are as fast as its links.
    var start: Double { legs.reduce(0) { $0 + Self.startRoundTrips * $1.roundTrip } }

    /// Bytes a second in the middle.
    var rate: Double { legs.map(\.rate).min() ?? .infinity }

    /// The spread of the slowest leg.
    var sigma: Double { legs.min { $0.rate < $1.rate }?.sigma ?? 0 }

    /// What so many bytes on the wire cost, and fees.
    ///
    /// - Parameter monthLeft: seconds to the end of the month, after which tiers begin anew; nil for no matter.
    func cost(_ bytes: UInt64, monthLeft: Double?) -> CostLines {
        var out = CostLines()
        guard bytes > 0 else { return out }
        for leg in legs { out[.egress] = out[.egress] + egress(leg, bytes, monthLeft: monthLeft) }
        let devices = capacity.map { Int(clamping: (bytes - 1) / max(1, $0) + 1) } ?? 1
        out[.fees] = fee * devices
        return out
    }

    /// What so many bytes cost on one leg of it.
    func egress(_ leg: Leg, _ bytes: UInt64, monthLeft: Double?) -> Money {
        let within = share(bytes, monthLeft)
        return leg.schedule.cost(within, monthToDate: leg.monthToDate) + leg.schedule.cost(bytes - within)
    }

    /// The bytes that cross before the month ends.
    func share(_ bytes: UInt64, _ monthLeft: Double?) -> UInt64 {
        guard let monthLeft, capacity == nil else { return bytes }
        let all = delay + start + Double(bytes) / rate
        guard all > monthLeft, all.isFinite else { return bytes }
        return UInt64(Double(bytes) * max(0, monthLeft) / all)
    }

    /// How long so many bytes take, in seconds.
    ///
    /// - Parameters:
    ///   - startSecond: the second of the day at which it begins; nil where that is not known, and so at the worst.
    ///   - factor: how many times faster each link is than in the middle.
    func seconds(_ bytes: UInt64, startSecond: Int?, factor: (Int) -> Double = { _ in 1 }) -> Double {
        guard bytes > 0 else { return 0 }
        guard capacity == nil else { return delay }
        let rate = legs.reduce(Double.infinity) { min($0, $1.rate * factor($1.link)) }
        let moving = start + Double(bytes) / rate
        guard let windows else { return delay + moving }
        guard let startSecond else { return delay + windows.longest(moving) }
        return delay + windows.elapsed(moving, fromSecond: (startSecond + Int(min(delay, 1e9))) % 86_400)
    }
}

extension Route {
    /// Bytes a second that a link gives to a move: what it carries, what its connections can, what its ends let through.
    ///
    /// Connections are held back by their window, and by losses as Mathis and others found in 1997:
    /// C · MSS / (RTT · √p) with C = √(3/2); the measured rate is never exceeded.
    static func rate(_ link: Scenario.Link, egressCap: ByteRate?, ingressCap: ByteRate?) -> Double {
        var rate = link.rate.bytesPerSecond * link.efficiency
        if link.roundTrip > 0 {
            var single = Double.infinity
            if let window = link.window { single = Double(window) / link.roundTrip }
            if link.loss > 0 {
                single = min(single, 1.5.squareRoot() * 1448 / (link.roundTrip * link.loss.squareRoot()))
            }
            rate = min(rate, single * Double(link.streams))
        }
        return min(rate, egressCap?.bytesPerSecond ?? .infinity, ingressCap?.bytesPerSecond ?? .infinity)
    }
}
