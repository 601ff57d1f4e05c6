/// What the chunks of a file taught about their neighbours, so that what cannot pay is seldom tried.
struct CodecHistory {
    /// One chunk in so many that looks random is compressed all the same: repeats far apart do not show in a histogram.
    static let doubtPeriod = 64
    /// One chunk of words in so many is tried by zstd too, from the file's first on.
    static let trialPeriod = 32
    /// A failure of zstd has it skip so many chunks at most.
    static let longestRest = 16

    // Counts over all files, so that many small ones are doubted now and then, too.
    private var untilDoubt = Self.doubtPeriod
    private var looksDeceive = false
    private var untilTrial = 0
    private var prefersGeneral = false
    private var failures = 0
    private var rest = 0

    /// Forgets what the last file taught.
    mutating func beginFile() {
        self = CodecHistory(untilDoubt: untilDoubt)
    }

    init() {}

    private init(untilDoubt: Int) { self.untilDoubt = untilDoubt }

    /// Whether to compress a chunk that looks random.
    mutating func doubts() -> Bool {
        if looksDeceive { return true }
        untilDoubt -= 1
        guard untilDoubt <= 0 else { return false }
        untilDoubt = Self.doubtPeriod
        return true
    }

    /// A chunk that looked random was compressed, in vain or not.
    mutating func learn(doubtPaid: Bool) { looksDeceive = doubtPaid }

    /// Whether to compare zstd with planes on this chunk of words.
    mutating func asksTrial() -> Bool {
        untilTrial -= 1
        guard untilTrial <= 0 else { return false }
        untilTrial = Self.trialPeriod
        return true
    }

    /// A trial said which of the two serves this file better.
    mutating func learn(generalWins: Bool) { prefersGeneral = generalWins }

    /// Whether planes were beaten at the last trial.
    var isGeneralPreferred: Bool { prefersGeneral }

    /// Whether to compress a chunk of which it is doubtful that it shrinks.
    mutating func takesChance() -> Bool {
        guard rest > 0 else { return true }
        rest -= 1
        return false
    }

    /// Zstd shrank a chunk, or failed to.
    mutating func learn(generalPaid: Bool) {
        failures = generalPaid ? 0 : failures + 1
        rest = generalPaid ? 0 : min(Self.longestRest, 1 << min(failures, 8))
    }
}
