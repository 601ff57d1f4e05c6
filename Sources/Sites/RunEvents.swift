internal import Model
internal import Wire
package import Workers

/// What a site that works for another tells meanwhile and at the end, as messages of the job's channel.
enum RunEvent: UInt8 {
    /// The job was understood, and the other channels are open.
    case ready = 1
    /// How far it has come.
    case progress = 2
    /// The report: the run is over.
    case report = 3
    /// What an estimate found: it is over.
    case foreseen = 4
}

/// How far a run has come, as it is told to another site.
package struct ProgressNote: Codable {
    var phase: UInt8
    var files: UInt64
    var logical: UInt64
    var missing: UInt64
    /// Nil from sites of before this was told.
    var wire: UInt64?

    /// What `progress` shows now.
    package init(_ progress: Progress) {
        let now = progress.snapshot()
        phase = now.phase.rawValue
        files = now.done.files
        logical = now.done.logical
        missing = now.done.missing
        wire = now.wire
    }

    /// Shows this in `progress`, which showed `before`.
    package func show(in progress: Progress, after before: ProgressNote?) {
        if let phase = ProgressPhase(rawValue: phase) { progress.enter(phase) }
        progress.add(files: Self.step(files, before?.files))
        progress.add(logical: Self.step(logical, before?.logical))
        progress.add(missing: Self.step(missing, before?.missing))
        progress.add(wire: Self.step(wire ?? 0, before?.wire))
    }

    private static func step(_ now: UInt64, _ before: UInt64?) -> Int { Int(clamping: now - min(now, before ?? 0)) }
}
