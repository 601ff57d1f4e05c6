internal import Files
internal import Model
internal import Workers

/// Finds what of a file an older one lacks while the file is copied: on a thread of its own, since it only counts.
final class DeltaCompanion: Sendable {
    private let found = Monitor<TreeDelta?>(nil)
    private let stop = StopFlag()
    private let companion: Companion?

    /// Begins to compare `new` with `old`; compares them `atOnce`, without a thread, where that is asked for.
    ///
    /// Nothing is found where `run` is stopped meanwhile.
    init(of new: TreeReader, given old: consuming OpenFile, atOnce: Bool, stop run: StopFlag) {
        let old = SharedFile(old)
        let compare: @Sendable () -> Void = { [found, stop] in
            let delta = try? TreeDelta.missing(of: new, given: old) {
                try stop.check()
                try run.check()
            }
            found.read { $0 = delta }
        }
        companion = atOnce ? nil : Companion(compare)
        if atOnce { compare() }
    }

    deinit {
        stop.raise()
        companion?.join()
    }

    /// What was found, after waiting for it; nil where one of the files could not be read.
    func take() -> TreeDelta? {
        companion?.join()
        return found.read { $0 }
    }
}
