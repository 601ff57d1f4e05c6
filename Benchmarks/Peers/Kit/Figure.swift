/// What the samples of one tool in one phase of one workload come to.
package struct Figure {
    /// Medians, in seconds and bytes.
    package let wall: Double
    package let cpu: Double
    package let destinationBytes: Int
    /// What crossed the link, where there is one.
    package let crossedBytes: Int?
    /// The largest.
    package let peakBytes: Int
    /// How many samples.
    package let count: Int
    /// Whether other programs took more than a tenth of the CPU time there was.
    package let isNoisy: Bool
    /// The worst outcome of them.
    package let outcome: Sample.Outcome
    /// Why, where it is not `right`.
    package let note: String
    package let attributesLost: Int

    /// The figure of `samples`, unless there are none.
    package init?(_ samples: [Sample], cores: Int) {
        guard let wall = median(samples.map(\.wallSeconds)),
            let cpu = median(samples.map { $0.userSeconds + $0.systemSeconds }),
            let bytes = median(samples.map { Double($0.destinationBytes) }),
            let foreign = median(samples.map(\.foreignSeconds))
        else { return nil }
        self.wall = wall
        self.cpu = cpu
        destinationBytes = Int(bytes)
        crossedBytes = median(samples.compactMap { $0.crossedBytes.map(Double.init) }).map { Int($0) }
        peakBytes = samples.map(\.peakBytes).max() ?? 0
        count = samples.count
        isNoisy = foreign > 0.05 && foreign > 0.1 * wall * Double(cores)
        let bad = samples.first { $0.outcome != .right }
        outcome = bad?.outcome ?? .right
        note = bad?.note ?? ""
        attributesLost = samples.map(\.attributesLost).max() ?? 0
    }

    /// The cell of a table, with the ratio to `reference` where that is another tool's figure.
    package func cell(beside reference: Figure?) -> String {
        switch outcome {
        case .wrong: return "WRONG"
        case .failed: return "failed"
        case .overdue: return "overdue"
        case .right: break
        }
        var cell = "\(isNoisy ? "~" : "")\(Words.seconds(wall)) (\(Words.seconds(cpu)))"
        if let reference, reference.outcome == .right, reference.wall > 0 {
            cell += " \(Words.ratio(wall / reference.wall))"
        }
        return cell
    }

    /// Whether it is right, and took clearly less wall-clock time than a right `other`.
    func isFaster(than other: Figure) -> Bool {
        outcome == .right && other.outcome == .right && wall < 0.97 * other.wall
    }
}
