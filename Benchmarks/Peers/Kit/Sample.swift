/// One measurement: a tool in a phase of a workload, in one round.
package struct Sample: Codable, Sendable, Equatable {
    /// What came of it.
    package enum Outcome: String, Codable, Sendable {
        /// It ended well, and what it made was right where it was compared.
        case right
        /// It ended well, but what it made is not what it was to make.
        case wrong
        /// It did not end well.
        case failed
        /// It was ended after the time that a command may take.
        case overdue
    }

    package let workload: Kind
    package let tool: String
    package let phase: Phase
    /// From 1.
    package let round: Int
    package let outcome: Outcome
    package let wallSeconds: Double
    package let userSeconds: Double
    package let systemSeconds: Double
    /// The resident set of its largest process, in bytes.
    package let peakBytes: Int
    /// The bytes of all files of the destination afterwards.
    package let destinationBytes: Int
    /// CPU seconds that other programs used meanwhile.
    package let foreignSeconds: Double
    /// The bytes that crossed the link meanwhile, in both directions, where there is one.
    package let crossedBytes: Int?
    /// Permissions and times that the copy does not have as the original, where it was compared.
    package let attributesLost: Int
    /// Why the outcome is not `right`.
    package let note: String

    /// A sample.
    package init(
        workload: Kind, tool: String, phase: Phase, round: Int, outcome: Outcome, wallSeconds: Double,
        userSeconds: Double, systemSeconds: Double, peakBytes: Int, destinationBytes: Int, foreignSeconds: Double,
        attributesLost: Int, note: String, crossedBytes: Int? = nil
    ) {
        self.workload = workload
        self.tool = tool
        self.phase = phase
        self.round = round
        self.outcome = outcome
        self.wallSeconds = wallSeconds
        self.userSeconds = userSeconds
        self.systemSeconds = systemSeconds
        self.peakBytes = peakBytes
        self.destinationBytes = destinationBytes
        self.foreignSeconds = foreignSeconds
        self.crossedBytes = crossedBytes
        self.attributesLost = attributesLost
        self.note = note
    }
}
