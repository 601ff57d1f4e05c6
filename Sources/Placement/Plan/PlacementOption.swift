internal import Model

/// One way of doing a workload: where, on what, and how its data gets there.
public struct PlacementOption: Sendable {
    /// How data and work come together.
    public enum Way: String, Hashable, Sendable, CaseIterable, Encodable {
        /// All data is there.
        case runAtData = "run at the data"
        /// What is missing is brought there and kept.
        case stage = "stage and keep"
        /// What is missing is brought there and dropped.
        case stageOnce = "stage and drop"
        /// Only what is read is brought there.
        case stageLazily = "stage what is read"
        /// It is read from afar, and never stored.
        case readRemotely = "read remotely"
        /// A part is done at the data, and what is left of it travels.
        case split = "split"
    }

    /// The site, by index.
    public var site: Int
    /// The offer, by index among those of the site.
    public var offer: Int
    /// How data and work come together.
    public var way: Way
    /// Where the data comes from, in words; empty where none moves.
    public var detail: String
    /// What it costs by itself, shared staging not counted; all runs together.
    public var lines = CostLines()
    /// Shared staging that it needs.
    public var staging: [Int] = []
    /// Seconds until work can begin: slot and data.
    public var ready = 0.0
    /// Seconds of work.
    public var work = 0.0
    /// The same, kept as surely as was asked.
    var sureReady = 0.0
    /// The same, kept as surely as was asked.
    var sureWork = 0.0
    /// Bytes on the wire, shared staging not counted.
    public var bytes: UInt64 = 0
    /// Seconds that are waited on purpose.
    public var wait = 0.0
    /// Grams of carbon dioxide of its machines.
    public var carbon = 0.0
    /// Seconds until a later run has what it needs anew.
    var stagedAgain = 0.0
    /// Seconds of each later run, its slot and what it needs anew among them.
    var again = 0.0
    /// Whether its results and code, and what others read of it, go as quickly as can be.
    var isHasty = false
    /// Moves that work waits for, shared staging among them.
    var moves: [MovePlan] = []
    /// Moves that go on while it works, shared staging among them.
    var streams: [MovePlan] = []
    /// Moves that are for this workload alone.
    var own: [MovePlan] = []
    /// The move of its code, the last of those; nil where it is there.
    var image: MovePlan?
    /// Moves of its results, which come last.
    var returned: [MovePlan] = []
    /// Seconds of work without remote reads, interruptions counted by their average.
    var plainWork = 0.0
    /// How its machines are taken away; nil where they are not.
    var spot: Scenario.Spot?
    /// Seconds for a slot in the middle and in nine of ten cases.
    var queue = (middle: 0.0, p90: 0.0)
    /// The largest share by which its delta may be off.
    var error = 0.0
    /// How fast its own machines cost, for samples of runtimes: an hour of all of them.
    var hour = Price.zero
    /// The part that is done elsewhere first; nil where all is done here.
    var first: FirstPart?

    /// Seconds of one run, remote reads counted.
    var working: Double { max(plainWork, streams.map(\.seconds).max() ?? 0) }

    /// Moves of data that are for this workload alone.
    var data: [MovePlan] { image == nil ? own : own.dropLast() }

    /// When all is there, where a first part needs so many seconds, by how long each move takes.
    func staged(after first: Double, _ seconds: (MovePlan) -> Double) -> Double {
        let waits = image == nil ? moves[...] : moves.dropLast()
        return max(first + (waits.map(seconds).max() ?? 0), image.map(seconds) ?? 0)
    }

    /// A part of the work that is done where the data is.
    struct FirstPart: Sendable {
        /// The site, by index.
        var site: Int
        /// A machine for an hour there.
        var price: Price
        /// Seconds of one run in the middle.
        var seconds: Double
        /// The same as they are billed.
        var billed: Double
        /// Seconds for a slot in the middle and in nine of ten cases.
        var queue: Double
        var queueP90: Double
        /// How its machines are taken away; nil where they are not.
        var spot: Scenario.Spot?
        /// Kilowatt hours of one run on one machine.
        var energy: Double
        /// Grams of carbon dioxide of each of these; nil where unknown.
        var carbon: Double?

        /// Seconds until it is done.
        ///
        /// - Parameters:
        ///   - stretch: how many times longer it takes than in the middle.
        ///   - slot: standard deviations by which its slot is off the middle.
        func ready(stretched stretch: Double = 1, slot: Double = 0) -> Double {
            OptionBuilder.queue(queue, queueP90, slot) + seconds * stretch
        }
    }
}

/// A dataset that is brought to a site once for all who need it there.
struct SharedStaging: Sendable {
    /// What tells it from others.
    var key: String
    /// The dataset.
    var dataset: Int
    /// The site.
    var site: Int
    /// Who sends what.
    var plan: MovePlan
    /// What it costs, storage included.
    var lines: CostLines
    /// How far its bytes may be off.
    var error: Double
}

/// Why a workload cannot be done at a site, in any way or in some.
public struct Rejection: Hashable, Sendable, Encodable {
    /// The site.
    public var site: String
    /// Why, in a sentence.
    public var reason: String
    /// The rule, where a policy said so.
    public var denial: Denial?
    /// Whether it can be done there in another way.
    public var isPartial = false
    /// The route that another one is better than in all, in words; nil where the reason is another one.
    public var route: String?
    /// Whether that route goes by way of another site.
    public var isRelayed = false
}
