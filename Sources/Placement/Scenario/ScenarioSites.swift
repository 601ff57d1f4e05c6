public import Model

extension Scenario {
    /// A place that stores data or runs work.
    public struct Site: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// What it is, for policies: `site`, which is its name, `country`, `region`, `jurisdiction`, `owner` ...
        public var attributes: [String: String] = [:]
        /// What can be rented there.
        public var offers: [Offer] = []
        /// What keeping data costs there; nil where nothing is kept.
        public var storage: Storage?
        /// Whether it has an agent: two of them send to each other, and not by way of this host.
        public var hasAgent = false
        /// All that leaves it goes no faster.
        public var egressCap: ByteRate?
        /// All that arrives goes no faster.
        public var ingressCap: ByteRate?
        /// Grams of carbon dioxide for a kilowatt-hour, on average over the grid; nil where not known.
        public var carbon: Double?

        /// A site, of which its name is known.
        public init(name: String) {
            self.name = name
            attributes["site"] = name
        }
    }

    /// What keeping data costs.
    public struct Storage: Hashable, Sendable {
        /// A unit for a month of 730 hours.
        public var tariff = Tariff.free
        /// What is stored there by then already, for the tiers.
        public var stored: UInt64 = 0
        /// Each object is paid for so long at least, in days.
        public var minimumDays = 0.0
        /// Each object is paid for as so many bytes at least.
        public var minimumObject: UInt64 = 0
        /// Reading a unit out of it.
        public var retrieval = Price.zero
        /// A write; nil where unknown.
        public var put: Price? = .zero
        /// A read; nil where unknown.
        public var get: Price? = .zero
        /// The entry of the price book that requests are priced by; nil where they stand in the scenario.
        public var requestsName: String?

        /// Storage that costs nothing.
        public init() {}
    }

    /// Compute that can be had at a site.
    public struct Offer: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// A machine for an hour.
        public var price: HourlyTariff
        /// How many workloads it takes at once; nil for as many as come.
        public var capacity: Int?
        /// How many times faster it is than what runtimes are written for.
        public var speed = 1.0
        /// How long it takes until work begins, in seconds, in the middle.
        public var queue = 0.0
        /// The same in nine of ten cases.
        public var queueP90 = 0.0
        /// So many seconds are paid at least.
        public var minimumBilling = 0.0
        /// The power that it draws, in kilowatts.
        public var power = 0.0
        /// The interruptions of a spot machine; nil where it is none.
        public var spot: Spot?
        /// Waiting that makes it cheaper or greener.
        public var later: [Later] = []
        /// What runs work there; nil where nobody says.
        public var executor: Executor?

        /// An offer.
        public init(name: String, price: HourlyTariff) {
            self.name = name
            self.price = price
        }
    }

    /// How a spot machine is taken away.
    public struct Spot: Hashable, Sendable {
        /// Interruptions an hour.
        public var rate: Double
        /// Seconds between checkpoints.
        public var checkpointEvery: Double
        /// Seconds that a checkpoint takes.
        public var checkpointTime: Double
        /// Seconds until it runs again.
        public var restart: Double

        /// A spot machine.
        public init(rate: Double, checkpointEvery: Double, checkpointTime: Double, restart: Double) {
            self.rate = rate
            self.checkpointEvery = checkpointEvery
            self.checkpointTime = checkpointTime
            self.restart = restart
        }

        /// How long work of `seconds` takes, interruptions and checkpoints counted: W(1+c/τ)/(1−λ(τ/2+R)).
        ///
        /// - Returns: nil where it is interrupted so often that it never ends.
        public func expected(_ seconds: Double) -> Double? {
            let lost = rate / 3600 * (checkpointEvery / 2 + restart)
            guard lost < 1 else { return nil }
            return seconds * (1 + checkpointTime / checkpointEvery) / (1 - lost)
        }
    }

    /// What waiting brings.
    public struct Later: Hashable, Sendable {
        /// Seconds to wait.
        public var wait: Double
        /// An hour then; nil for the usual price.
        public var price: Price?
        /// Carbon then; nil for the usual.
        public var carbon: Double?

        /// A time to wait for.
        public init(wait: Double, price: Price?, carbon: Double?) {
            self.wait = wait
            self.price = price
            self.carbon = carbon
        }
    }

    /// A directed way between two sites.
    public struct Link: Hashable, Sendable {
        /// Where it begins.
        public var from: String
        /// Where it ends.
        public var to: String
        /// What it carries, in bytes a second, in the middle.
        public var rate: ByteRate
        /// The standard deviation of the logarithm of that.
        public var sigma = 0.0
        /// A byte and its answer, in seconds.
        public var roundTrip = 0.0
        /// The share of packets that are lost.
        public var loss = 0.0
        /// Connections side by side.
        public var streams = 8
        /// The window of one connection, in bytes; nil for one that is large enough.
        public var window: UInt64?
        /// The share of the rate that is ours.
        public var efficiency = 1.0
        /// What bytes cost.
        public var tariff = Tariff()
        /// What the tariff has seen this month already, in bytes.
        public var monthToDate: UInt64 = 0
        /// Once for each move.
        public var fee = Money.zero
        /// When it may be used; nil for always.
        public var windows: DayWindows?
        /// The countries that it passes through.
        public var transit: [String] = []
        /// What its rate was measured by; nil where somebody said it.
        public var measured: Measurement?

        /// A link.
        public init(from: String, to: String, rate: ByteRate) {
            self.from = from
            self.to = to
            self.rate = rate
        }
    }

    /// What the rate of a link was measured by.
    public struct Measurement: Hashable, Sendable {
        /// When it was measured last, as RFC 3339 says.
        public var at: String
        /// How many probes it rests on.
        public var probes: Int
        /// How many transfers it rests on.
        public var transfers: Int

        /// A measurement.
        public init(at: String, probes: Int, transfers: Int) {
            self.at = at
            self.probes = probes
            self.transfers = transfers
        }
    }

    /// A box that travels.
    public struct Device: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// From there; empty for anywhere.
        public var from: [String] = []
        /// To there; empty for anywhere.
        public var to: [String] = []
        /// It takes so many bytes.
        public var capacity: UInt64
        /// One of them costs this.
        public var fee: Price?
        /// From order to data, in seconds.
        public var seconds: Double?
        /// Bytes that leave with it.
        public var tariff = Tariff.free
        /// Why it cannot be had; nil where it can.
        public var unavailable: String?
        /// Its entry in the price book.
        public var tariffName: String?

        /// A device.
        public init(name: String, capacity: UInt64) {
            self.name = name
            self.capacity = capacity
        }
    }

    /// A link that would be rented.
    public struct DedicatedLink: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// What it would be as a link.
        public var link: Link
        /// An hour of it.
        public var price: HourlyTariff
        /// It is rented for so many hours at least.
        public var commitment: Double
        /// Until it carries anything, in seconds.
        public var provisioning: Double

        /// A dedicated link.
        public init(name: String, link: Link, price: HourlyTariff, commitment: Double, provisioning: Double) {
            self.name = name
            self.link = link
            self.price = price
            self.commitment = commitment
            self.provisioning = provisioning
        }
    }
}
