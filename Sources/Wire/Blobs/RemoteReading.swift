internal import Storage

/// Reads that were asked for, whose bytes are on their way.
final class RemoteReading: BlobReading {
    private var lane: BlobLane?
    private let pool: LanePool
    private let parts: [BlobPart]
    private let sized: BlobKey?

    init(_ lane: BlobLane, _ pool: LanePool, _ parts: [BlobPart], _ sized: BlobKey?) {
        self.lane = lane
        self.pool = pool
        self.parts = parts
        self.sized = sized
    }

    // A lane on which answers are outstanding is given up.
    deinit { if let lane { pool.giveBack(lane) } }

    func finish() throws -> (count: Int, size: UInt64?) {
        guard let lane else { return (0, nil) }
        self.lane = nil
        defer { pool.giveBack(lane) }
        return try lane.finishReads(parts, sized: sized)
    }
}
