/// Brings trees of files from one place to another, by the engine that replicates.
public protocol JobMover {
    /// Brings what is missing; what is there already is not moved again, so that a move may be begun again at any time.
    func move(_ move: JobMove) throws -> JobMove.Outcome
}
