internal import Workers

/// Says which paths workers are to look at, one after the other.
protocol ArchivePlanning: SendableMetatype {
    /// Calls `body` with what is to be done, path by path.
    mutating func forEach(_ body: (ArchiveItem) throws -> Void) throws
}

/// Takes what came of looking, in the order of the plan.
protocol ArchiveConsumer: AnyObject, SendableMetatype {
    /// Takes slots until there are no more.
    func run(_ slots: BoundedQueue<ArchiveSlot>) throws
}

extension ArchivePlanner: ArchivePlanning {}
extension ArchiveAssembler: ArchiveConsumer {}
