internal import Model

extension Scenario {
    /// A named tree of files, and where its bytes are.
    public struct Dataset: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Plain bytes.
        public var size: UInt64
        /// Bytes on the wire for a plain byte, after compression.
        public var ratio = 1.0
        /// Bytes of one object or pack at rest, which is one request.
        public var object: UInt64 = 32 << 20
        /// Which parts are at which sites; the shares add to one.
        public var presence: [Presence] = []
        /// Classes of its data.
        public var labels: [String] = []
        /// The share that is new at each run.
        public var churn = 0.0
        /// How far its delta may be off, as a share of it: zero where it was counted.
        public var error = 0.0
        /// Where it is at sites, as endpoints, for those who run work.
        public var paths: [String: String] = [:]
        /// How it is known what sites hold, in the order of their names; none where somebody said it.
        public var known: [Knowledge] = []

        /// A dataset.
        public init(name: String, size: UInt64) {
            self.name = name
            self.size = size
        }

        /// The share of it that `site` holds.
        public func share(at site: String) -> Double {
            min(1, presence.filter { $0.sites.contains(site) }.map(\.share).reduce(0, +))
        }
    }

    /// How it is known what a site holds of a dataset.
    public struct Knowledge: Hashable, Sendable {
        /// The site.
        public var site: String
        /// By what: `look`, `run`, `estimate` ...
        public var how: String
        /// As of when, as RFC 3339 says.
        public var at: String
        /// The snapshot that it rests on, in hexadecimal digits; nil for a tree, which has none.
        public var root: String?

        /// Knowledge of a site.
        public init(site: String, how: String, at: String, root: String?) {
            self.site = site
            self.how = how
            self.at = at
            self.root = root
        }
    }

    /// A part of a dataset that the same sites hold.
    public struct Presence: Hashable, Sendable {
        /// What it is called, for those who read it alone; nil where nobody does.
        public var name: String?
        /// The sites, in order.
        public var sites: [String]
        /// How much of the dataset it is.
        public var share: Double

        /// A part.
        public init(name: String? = nil, sites: [String], share: Double) {
            self.name = name
            self.sites = sites
            self.share = share
        }

        /// Parts from the shares that sites hold, each taken to hold what those with smaller shares hold, and more.
        public static func nested(_ shares: [String: Double]) -> [Presence] {
            let levels = Set(shares.values.filter { $0 > 0 }).sorted()
            var below = 0.0
            return levels.map { level in
                defer { below = level }
                return Presence(
                    sites: shares.filter { $0.value >= level }.keys.sorted(), share: level - below)
            }
        }
    }

    /// Work that reads data and makes data.
    public struct Workload: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// What it reads.
        public var reads: [Read] = []
        /// Workloads that end before it begins.
        public var after: [String] = []
        /// Seconds on a machine of speed one; nil where only offers say.
        public var runtime: Double?
        /// Seconds on named offers, `OFFER` or `SITE/OFFER`.
        public var runtimeByOffer: [String: Double] = [:]
        /// The coefficient of variation of that.
        public var variation = 0.0
        /// What it makes.
        public var outputs: [Output] = []
        /// Seconds from now; nil for no deadline.
        public var deadline: Double?
        /// How sure that is to be kept; nil for as the objective says.
        public var confidence: Double?
        /// What an hour until its end is worth.
        public var hourValue = Price.zero
        /// How often it runs a month; nil for once.
        public var runsPerMonth: Double?
        /// For so many months.
        public var months = 1.0
        /// Whose requests it serves, and within how many seconds; nil where that does not matter.
        public var latency: Latency?
        /// Sites that it may run at.
        public var sites = SiteExpression.all
        /// Offers that suit it; empty for all.
        public var offers: [String] = []
        /// Begins while data still arrives.
        public var overlaps = false
        /// Waits for its slot only once its data is there.
        public var queuesAfterStaging = false
        /// Its code or image; nil where that is everywhere.
        public var image: Image?
        /// How it can be cut in two; nil where it cannot.
        public var split: Split?
        /// Machines that it takes.
        public var machines = 1
        /// Classes of what it works on besides those of what it reads.
        public var labels: [String] = []
        /// How it is run; nil where it is only decided about.
        public var run: Run?

        /// A workload.
        public init(name: String) { self.name = name }

        /// Seconds of one run on an offer that is not interrupted; nil where nobody says.
        func seconds(on offer: Offer, at site: String) -> Double? {
            let stated =
                runtimeByOffer.isEmpty ? nil : runtimeByOffer["\(site)/\(offer.name)"] ?? runtimeByOffer[offer.name]
            return stated ?? runtime.map { $0 / offer.speed }
        }

        /// How often it runs in all, at least once.
        public var runs: Double { max(1, (runsPerMonth ?? 0) * months) }
    }

    /// Something that a workload reads.
    public struct Read: Hashable, Sendable {
        /// A dataset, or `WORKLOAD.OUTPUT`.
        public var name: String
        /// The parts of it that are read, by name; empty for all.
        public var parts: [String] = []
        /// The share of these that is read.
        public var share = 1.0
        /// How many times.
        public var passes = 1.0

        /// A read of all of it, once.
        public init(name: String) { self.name = name }

        /// Whether less than all of it is read.
        var isPartial: Bool { share < 1 || !parts.isEmpty }

        /// What is read of it, in words that are the same for the same.
        var extent: String { ([String(share)] + parts).joined(separator: " ") }

        /// Whether a part is read.
        func selects(_ part: Presence) -> Bool { parts.isEmpty || part.name.map(parts.contains) ?? false }

        /// The share of `dataset` that is read.
        func portion(of dataset: Dataset) -> Double {
            parts.isEmpty ? share : share * dataset.presence.filter(selects).map(\.share).reduce(0, +)
        }
    }

    /// Something that a workload makes.
    public struct Output: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Plain bytes.
        public var size: UInt64
        /// Bytes on the wire for a plain byte.
        public var ratio = 1.0
        /// Where it must be in the end; nil for where it is made.
        public var to: String?
        /// In what way it derives from what was read; nil for as it is.
        public var derive: String?
        /// Where it is brought at sites, as endpoints, for those who run work.
        public var paths: [String: String] = [:]

        /// An output.
        public init(name: String, size: UInt64) {
            self.name = name
            self.size = size
        }
    }

    /// Whose requests are served within which time.
    public struct Latency: Hashable, Sendable {
        /// The site that asks.
        public var from: String
        /// Seconds from question to answer.
        public var within: Double
        /// Seconds that the answer itself takes.
        public var service = 0.0
        /// Bytes of question and answer.
        public var payload: UInt64 = 0

        /// A promise.
        public init(from: String, within: Double) {
            self.from = from
            self.within = within
        }
    }

    /// Code that must be there before it runs.
    public struct Image: Hashable, Sendable {
        /// Bytes on the wire.
        public var size: UInt64
        /// Where it comes from.
        public var from: String

        /// An image.
        public init(size: UInt64, from: String) {
            self.size = size
            self.from = from
        }
    }

    /// How work is cut into a part at the data and the rest.
    public struct Split: Hashable, Sendable {
        /// The share of the runtime that is spent at the data.
        public var share: Double
        /// The share of the bytes read that goes on from there.
        public var keeps: Double
        /// In what way that derives from what was read; nil for as it is.
        public var derive: String?

        /// A cut.
        public init(share: Double, keeps: Double) {
            self.share = share
            self.keeps = keeps
        }
    }
}
