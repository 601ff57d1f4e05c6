internal import Files
internal import Hashing
internal import Model
internal import Storage
internal import Workers

/// Does what a plan says to files, links and nodes of the destination.
///
/// One for each thread.
final class SyncWorker {
    /// What all workers of a run share.
    struct Shared: Sendable {
        let source: SourceTree
        let options: SyncOptions
        let tally: Tally
        let collector: RecordCollector
        let firstNames: FirstNames
        let progress: Progress
        /// Raised once the file systems have shown that they cannot share blocks.
        let cannotClone: OneWayFlag
        /// Raised once the kernel has shown that it cannot copy between the two file systems.
        let cannotCopy = OneWayFlag()
        /// Lets so many bytes pass in a second; nil for as many as can.
        let limit: TokenBucket?
        /// Whether a worker may have no thread besides its own.
        let isAlone: Bool
        /// The generation before, whose unchanged files are given a further name in the new one.
        let base: FolderHandle?
        /// Asked within files too, which can be large.
        let stop: StopFlag
        let now: @Sendable () -> Timestamp
    }

    /// Files shorter than this are handed over whole; of longer ones it is found out what the destination lacks.
    static let deltaMin: UInt64 = 1 << 20

    private let shared: Shared
    private let writer: TreeWriter
    private let base: TreeWriter?
    private let scratch = IOBuffer(count: 1 << 20)
    private let other = IOBuffer(count: 1 << 20)

    /// A worker that writes by `writer`, which nobody else uses.
    init(_ shared: Shared, writer: TreeWriter) {
        self.shared = shared
        self.writer = writer
        base = shared.base.map { TreeWriter(root: $0, log: FidelityLog(), lifted: nil) }
    }

    /// Does `action`; what cannot be read or kept is noted and left as it was.
    ///
    /// - Throws: what makes going on pointless: no room, a read-only destination.
    func perform(_ action: SyncAction) throws {
        do {
            for attempt in 1... {
                do {
                    let scanned = attempt == 1 ? action.scanned : try shared.source.scan(action.scanned.path)
                    try perform(action, scanned)
                    break
                } catch let error as PerigeeError where error.code == .changed && attempt < ArchiveWorker.attemptsMax {
                    continue
                }
            }
        } catch {
            if let end = error.endOfRun { throw end }
            shared.tally.fail(action.scanned.path, error)
        }
        shared.progress.add(files: 1)
    }

    private func perform(_ action: SyncAction, _ scanned: ScannedEntry) throws {
        switch action {
        case .write(_, let existing, let group, let known):
            if let known, try share(scanned, known, group: group) { return }
            try write(scanned, existing: existing, group: group, isKnown: known != nil)
        case .special(_, let existing, let group): try makeSpecial(scanned, existing: existing, group: group)
        case .rename(_, let old, let isCertain): try rename(scanned, old: old, isCertain: isCertain)
        }
    }

    private func write(
        _ scanned: ScannedEntry, existing: ScannedEntry?, group: UInt64?, isKnown: Bool = false
    ) throws {
        let readAt = shared.now()
        let reader = try shared.source.open(scanned)
        var existing = existing
        if existing?.attributes.kind != .file { existing = nil }
        var wanted = reader.attributes
        wanted.linkGroup = group
        if let existing, existing.attributes.size == scanned.attributes.size, try isEqual(reader, at: existing.path) {
            try reader.recheck()
            if try keep(scanned, existing, wanted, readAt: readAt) { return }
        }
        let comparison = try compare(reader, with: existing)
        let aside = try writer.beginFile(scanned.path)
        try copy(reader, to: aside)
        try reader.recheck()
        if shared.options.verification != .none { try check(reader, aside) }
        // The old file is still there until now. Where it cannot be read, all counts as missing.
        var counts = Tally.Counts()
        counts.note(comparison?.take(), of: reader.dataSize)
        let state = try writer.publish(aside, wanted)
        if existing == nil, base == nil || !isKnown { counts.new = 1 } else { counts.changed = 1 }
        counts.readBytes = reader.dataSize
        counts.writtenBytes = reader.dataSize
        counts.reusedBytes = reader.dataSize - min(reader.dataSize, counts.missingBytes)
        shared.tally.add(counts)
        shared.progress.add(missing: Int(counts.missingBytes))
        try remember(scanned, state, readAt: readAt, group: group)
    }

    /// Begins to find what of a long file the destination lacks; nil where there is nothing to compare it with.
    private func compare(_ reader: TreeReader, with existing: ScannedEntry?) throws -> DeltaCompanion? {
        guard let existing, reader.attributes.size >= Self.deltaMin,
            let old = try writer.fileToCompare(existing.path)
        else { return nil }
        return DeltaCompanion(of: reader, given: old, atOnce: shared.isAlone, stop: shared.stop)
    }

    /// Gives a file that did not change since the generation before a further name in this one; false where it did.
    ///
    /// The ctime at the destination says nothing here: it moves whenever a generation comes or goes.
    private func share(_ scanned: ScannedEntry, _ known: RecordEntry, group: UInt64?) throws -> Bool {
        let readAt = shared.now()
        guard let base, let there = known.destination, known.source == FileState(scanned),
            let old = try? base.state(of: scanned.path), old.identity.inode == there.identity.inode,
            old.size == there.size, old.modified == there.modified,
            let state = try? writer.makeLink(
                scanned.path, to: scanned.path.name, in: base.folder(scanned.path.parent))
        else { return false }
        shared.tally.add(\.unchanged)
        shared.tally.add(\.reusedBytes, scanned.attributes.size)
        shared.progress.add(logical: Int(scanned.attributes.size))
        try remember(scanned, state, readAt: readAt, group: group)
        return true
    }

    /// The bytes are there already: at most the attributes change.
    ///
    /// - Returns: false where they cannot, since the file at the destination has other names, which may have to differ.
    private func keep(
        _ scanned: ScannedEntry, _ existing: ScannedEntry, _ wanted: Attributes, readAt: Timestamp
    ) throws -> Bool {
        let there = try writer.attributes(of: existing)
        var same = there
        same.linkGroup = wanted.linkGroup
        same.holes = wanted.holes
        if same != wanted, existing.links > 1 { return false }
        shared.tally.add(\.readBytes, scanned.attributes.dataSize)
        shared.tally.add(\.reusedBytes, scanned.attributes.size)
        shared.tally.add(same == wanted ? \.unchanged : \.changed)
        let state = same == wanted ? FileState(existing) : try writer.change(scanned.path, wanted)
        try remember(scanned, state, readAt: readAt, group: wanted.linkGroup)
        return true
    }

    private func makeSpecial(_ scanned: ScannedEntry, existing: ScannedEntry?, group: UInt64?) throws {
        let readAt = shared.now()
        let wanted = try shared.source.complete(scanned)
        if let existing, existing.attributes.kind == wanted.kind, try writer.attributes(of: existing) == wanted {
            shared.tally.add(\.unchanged)
            return try remember(scanned, FileState(existing), readAt: readAt, group: group)
        }
        let state = try writer.makeSpecial(scanned.path, wanted)
        shared.tally.add(existing == nil ? \.new : \.changed)
        try remember(scanned, state, readAt: readAt, group: group)
    }

    private func rename(_ scanned: ScannedEntry, old: RecordEntry, isCertain: Bool) throws {
        let readAt = shared.now()
        guard let there = try? writer.state(of: old.path), there == old.destination else {
            return try write(scanned, existing: nil, group: nil)
        }
        let reader = try shared.source.open(scanned)
        if !isCertain {
            guard try isEqual(reader, at: old.path) else { return try write(scanned, existing: nil, group: nil) }
            try reader.recheck()
        }
        var state = try writer.rename(old.path, to: scanned.path)
        if !isCertain { state = try writer.change(scanned.path, reader.attributes) }
        shared.tally.add(\.renamed)
        shared.tally.add(\.reusedBytes, scanned.attributes.size)
        shared.progress.add(logical: Int(scanned.attributes.size))
        try remember(scanned, state, readAt: readAt)
    }

    /// Notes how both ends look now that they agree; a source that was touched just before is left out.
    ///
    /// The first of several names is remembered at the end: the others move its ctime.
    private func remember(
        _ scanned: ScannedEntry, _ state: FileState, readAt: Timestamp, group: UInt64? = nil
    ) throws {
        let source = FileState(scanned)
        let entry = RecordEntry(path: scanned.path, source: source, destination: state)
        let isTrusted = !source.isTooFresh(readAt: readAt)
        if group != nil {
            shared.firstNames.made(scanned.path, isTrusted ? entry : nil)
        } else if isTrusted {
            try shared.collector.add(entry)
        }
    }

    /// Copies the data of `reader`; holes stay holes.
    private func copy(_ reader: TreeReader, to aside: AsideFile) throws {
        let size = reader.attributes.size
        guard size > 0 else { return }
        if !shared.cannotClone.isRaised {
            if try aside.naming({ try $0.clone(reader.file) }) {
                shared.progress.add(logical: Int(size))
                return
            }
            shared.cannotClone.raise()
        }
        for extent in reader.dataExtents {
            var done: UInt64 = 0
            while done < extent.length {
                try shared.stop.check()
                let most: UInt64 = shared.limit == nil ? 64 << 20 : 1 << 20
                let part = Extent(offset: extent.offset + done, length: min(most, extent.length - done))
                shared.limit?.take(Int(part.length))
                let copied = try aside.writing { file in
                    try file.copyRange(
                        from: reader.file, part, to: part.offset, shared.cannotCopy.isRaised ? .buffer : .kernel,
                        scratch: scratch.bytes)
                }
                if copied.method == .buffer { shared.cannotCopy.raise() }
                guard copied.count == part.length else { throw PerigeeError.changed(reader.path) }
                aside.noteWritten(Int(part.length))
                done += part.length
                shared.progress.add(logical: Int(part.length))
                shared.progress.add(wire: Int(part.length))
            }
        }
        if reader.dataExtents.last?.end != size { try aside.writing { try $0.truncate(to: size) } }
    }

    /// Whether the destination's file at `path` has the same bytes.
    private func isEqual(_ reader: TreeReader, at path: TreePath) throws -> Bool {
        guard let file = try writer.fileToCompare(path) else { return false }
        return try isEqual(reader, file)
    }

    private func isEqual(_ reader: TreeReader, _ file: borrowing OpenFile) throws -> Bool {
        let size = reader.attributes.size
        var offset: UInt64 = 0
        while offset < size {
            try shared.stop.check()
            let count = Int(min(UInt64(scratch.bytes.count), size - offset))
            let mine = UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<count])
            let theirs = UnsafeMutableRawBufferPointer(rebasing: other.bytes[..<count])
            guard try reader.file.read(into: mine, at: offset) == count else { throw PerigeeError.changed(reader.path) }
            // What the destination cannot give back is not the same: it is written anew.
            guard (try? file.read(into: theirs, at: offset)) == count else { return false }
            guard ByteComparison.isEqual(UnsafeRawBufferPointer(mine), UnsafeRawBufferPointer(theirs)) else {
                return false
            }
            offset += UInt64(count)
        }
        return try file.status().size == size
    }

    /// Reads back what was written, against the source.
    private func check(_ reader: TreeReader, _ aside: AsideFile) throws {
        guard try isEqual(reader, aside.file) else {
            throw PerigeeError(
                .damaged, "what was written is not what was read", at: reader.path.description,
                remedy: "run again; if it stays, look into the system's log and test memory and disk", canRetry: true)
        }
    }
}

extension Tally.Counts {
    /// Notes what of a file of `size` bytes is missing; all of it where that was not found out.
    fileprivate mutating func note(_ delta: TreeDelta?, of size: UInt64) {
        missingBytes = delta?.missingBytes ?? size
        chunks = delta?.chunks ?? 0
        missingChunks = delta?.missingChunks ?? 0
    }
}
