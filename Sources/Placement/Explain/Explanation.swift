public import Model

/// A decision that explains itself: text for people and JSON for programs are made of this one value.
///
/// The same scenario, price book and policies give the same value, byte for byte.
public struct Explanation: Sendable, Encodable {
    /// The name and version of this document.
    public static let schema = "perigee.decision/1"

    /// Amounts by what they are spent on.
    public struct Column: Sendable, Encodable {
        /// The option: `virginia: stage and keep`.
        public var option: String
        /// Amounts by line, exact.
        public var lines: [String: Money]
        /// What each of these comes of, in words: hours and their price, bytes and their tiers.
        public var inputs: [String: String]
        /// Their sum.
        public var total: Money
    }

    /// An option that was not taken.
    public struct Alternative: Sendable, Encodable {
        /// The site.
        public var site: String
        /// The offer; nil where the site is out of question.
        public var offer: String?
        /// How data and work would come together; nil likewise.
        public var way: String?
        /// In words, as in the waterfall; the site alone where that is out of question, the site and a route where another
        /// one is cheaper and quicker.
        public var option: String
        /// What all would cost with it; nil likewise.
        public var money: Money?
        /// When the workload would end, in seconds; nil likewise.
        public var seconds: Double?
        /// Why it was not taken, in a sentence.
        public var reason: String
        /// How often it comes out best when what is uncertain is drawn; nil where the site is out of question.
        public var best: Double?
        /// The rule, where a policy said so.
        public var denial: Denial?
    }

    /// What was decided for one workload, and why.
    public struct Choice: Sendable, Encodable {
        /// The workload.
        public var workload: String
        /// Where.
        public var site: String
        /// On what.
        public var offer: String
        /// How data and work come together.
        public var way: String
        /// Where the data comes from; empty where none moves.
        public var detail: String
        /// In a sentence.
        public var sentence: String
        /// When it can begin, in seconds from now.
        public var begins: Double
        /// When it ends.
        public var ends: Double
        /// What it costs, with the shared staging that nobody else needs and the moves of what it reads.
        public var money: Money
        /// Bytes on the wire for it.
        public var bytes: UInt64
        /// What is brought to the site and kept before it begins; what others bring there too is among it.
        public var stages: [Stage]
        /// What others make and it reads, where that comes from another site.
        public var receives: [Receipt]
        /// Seconds that are waited on purpose.
        public var waits: Double
        /// Grams of carbon dioxide of its machines, by the average of the grid; nil where not known.
        public var carbonGrams: Double?
        /// How often it is the best when what is uncertain is drawn.
        public var best: Double
        /// What better knowledge of everything would save on average.
        public var regret: Money
        /// How sure its deadline is; nil without one.
        public var inTime: Double?
        /// What a better measurement of one thing alone would save on average, the most valuable first.
        public var worthKnowing: [Worth]
        /// Costs by line: the choice first, then the best of each other site.
        public var waterfall: [Column]
        /// Why not others.
        public var whyNot: [Alternative]

        private enum CodingKeys: String, CodingKey {
            case workload, site, offer, way, detail, sentence, begins, ends, money, bytes, stages, receives, waits
            case carbonGrams = "carbon_grams"
            case best, regret
            case inTime = "in_time"
            case worthKnowing = "worth_knowing"
            case waterfall
            case whyNot = "why_not"
        }
    }

    /// A dataset that is brought to a site before work begins there.
    public struct Stage: Sendable, Encodable {
        /// A site that sends.
        public struct Sender: Sendable, Encodable {
            /// The site.
            public var site: String
            /// Bytes on the wire.
            public var bytes: UInt64
        }

        /// The dataset.
        public var dataset: String
        /// The sites that send, the one that sends most first.
        public var from: [Sender]
        /// Bytes on the wire.
        public var bytes: UInt64
        /// Seconds in the middle.
        public var seconds: Double
        /// What it costs, with keeping it.
        public var money: Money
    }

    /// Outputs of another workload that come from where they are made.
    public struct Receipt: Sendable, Encodable {
        /// The outputs: `train.checkpoint`.
        public var outputs: [String]
        /// How they come: `from nebius`, `from nebius by way of paris`.
        public var route: String
        /// Bytes on the wire, of one run.
        public var bytes: UInt64
        /// Seconds in the middle.
        public var seconds: Double
        /// What it costs, for all runs.
        public var money: Money
    }

    /// What knowing one thing better is worth.
    public struct Worth: Sendable, Encodable {
        /// The thing: `the link berlin -> virginia`.
        public var input: String
        /// Dollars on average.
        public var money: Money
    }

    /// An input that would change the decision.
    public struct Flip: Sendable, Encodable {
        /// The input: `price of the link berlin -> virginia`.
        public var input: String
        /// So many times its value is where the decision changes.
        public var factor: Double
        /// How far that is, in percent of its value.
        public var distance: Double
        /// What would be decided beyond.
        public var becomes: String
    }

    /// Two inputs that would change the decision when both are turned by the same share.
    public struct FlipPair: Sendable, Encodable {
        /// The inputs.
        public var inputs: [String]
        /// So many times its value each is where the decision changes.
        public var factors: [Double]
        /// How far that is, in percent of each value.
        public var distance: Double
        /// What would be decided beyond.
        public var becomes: String
    }

    /// What all comes to.
    public struct Total: Sendable, Encodable {
        /// Money.
        public var money: Money
        /// What of it is in the money of no workload, because several need it; less than nothing where what they share is in
        /// that of more than one.
        public var shared: Money
        /// Seconds until the last end.
        public var seconds: Double
        /// Bytes on the wire.
        public var bytes: UInt64
        /// Money in one, five and nine of ten cases.
        public var moneySpread: Spread<Money>
        /// Seconds likewise.
        public var secondsSpread: Spread<Double>

        private enum CodingKeys: String, CodingKey {
            case money, shared, seconds, bytes
            case moneySpread = "money_spread"
            case secondsSpread = "seconds_spread"
        }
    }

    /// What a model that copies everything would have said.
    public struct Naive: Sendable, Encodable {
        /// In a sentence.
        public var sentence: String
        /// What it would have expected to pay.
        public var expected: Money
        /// What its choice really costs; nil where it is not possible.
        public var really: Money?
    }

    /// What the decision rests on.
    public struct Provenance: Sendable, Encodable {
        /// The price book.
        public var priceBook: String
        /// Its date.
        public var priceBookDate: String
        /// The policies.
        public var policy: String
        /// Their date.
        public var policyDate: String
        /// Entries of the price book that were used.
        public var prices: [Scenario.PriceUse]
        /// Named sets that were used, with the first day of the edition.
        public var sets: [String]
        /// How it is known what sites hold, where nobody said it.
        public var manifests: [Manifest]
        /// What the rates of links were measured by, where nobody said them.
        public var links: [Probe]
        /// Where random draws began, and how many there were.
        public var seed: UInt64
        /// How many draws there were.
        public var samples: Int

        private enum CodingKeys: String, CodingKey {
            case priceBook = "price_book"
            case priceBookDate = "price_book_date"
            case policy
            case policyDate = "policy_date"
            case prices, sets, manifests, links, seed, samples
        }
    }

    /// How it is known what a site holds of a dataset.
    public struct Manifest: Sendable, Encodable {
        /// The dataset.
        public var dataset: String
        /// The site.
        public var site: String
        /// The share of it that is there.
        public var share: Double
        /// By what: `look`, `run`, `estimate` ...
        public var how: String
        /// As of when.
        public var at: String
        /// The snapshot that it rests on; nil for a tree.
        public var root: String?
    }

    /// What the rate of a link was measured by.
    public struct Probe: Sendable, Encodable {
        /// Where it begins.
        public var from: String
        /// Where it ends.
        public var to: String
        /// When it was measured last.
        public var at: String
        /// How many probes it rests on.
        public var probes: Int
        /// How many transfers it rests on.
        public var transfers: Int
    }

    /// The name and version of this document.
    public var schema = Explanation.schema
    /// The scenario.
    public var scenario: String
    /// Its day; empty where it has none.
    public var date: String
    /// What was to be made small: `cost`, `time` or `weighted`.
    public var objective: String
    /// The decision in a sentence.
    public var sentence: String
    /// What all comes to.
    public var total: Total
    /// What was decided for each workload.
    public var placements: [Choice]
    /// How the decision was found.
    public var solver: SolverReport
    /// What policies cost: the decision's money less that of the best without them; nil where they change nothing.
    public var compliancePremium: Money?
    /// How many seconds later all ends for policies; nil where they make nothing later.
    public var complianceDelay: Double?
    /// How many inputs were turned to find what would change the decision; none where that was not asked for.
    public var inputsTried: Int
    /// What would change the decision, the nearest first.
    public var flips: [Flip]
    /// The two inputs that change it soonest together; nil where no two are sooner than one.
    public var flipPair: FlipPair?
    /// What a model that copies everything would have said.
    public var naive: Naive?
    /// What the decision rests on.
    public var provenance: Provenance
    /// What deserves a look, a sentence each.
    public var warnings: [String]

    private enum CodingKeys: String, CodingKey {
        case schema, scenario, date, objective, sentence, total, placements, solver
        case compliancePremium = "compliance_premium"
        case complianceDelay = "compliance_delay"
        case inputsTried = "inputs_tried"
        case flips
        case flipPair = "flip_pair"
        case naive, provenance, warnings
    }
}
