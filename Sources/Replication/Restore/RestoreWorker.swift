internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage
internal import Vault
internal import Workers

/// Makes files, links and nodes as a snapshot has them.
///
/// One for each thread.
final class RestoreWorker {
    /// What all workers of a run share.
    struct Shared: Sendable {
        let vault: Vault
        let making: MakingShared
        let verification: Verification
        /// What is kept of large files where the run breaks off.
        let parts: KeptParts
    }

    let shared: Shared
    let writer: TreeWriter
    private let fetcher: FileFetcher
    private let pages: PageReader
    private let buffer = IOBuffer(count: 4 << 20)
    private var heldBuffer: IOBuffer?

    /// A worker that writes by `writer`, which nobody else uses.
    init(_ shared: Shared, writer: TreeWriter) throws {
        self.shared = shared
        self.writer = writer
        pages = try shared.vault.pages()
        fetcher = FileFetcher(try shared.vault.chunkReader(), pages)
    }

    /// Does `action`; what cannot be made is noted and left as it was.
    ///
    /// - Throws: what makes going on pointless: no room, a read-only destination.
    func perform(_ action: RestoreAction) throws {
        switch action {
        case .make(let entry, let existing, let fingerprint):
            try noting(entry.path) { try make(entry, existing: existing, fingerprint) }
            shared.making.context.progress.add(files: 1)
        case .rename(let entry, let old, let fingerprint):
            try noting(entry.path) { try rename(entry, old, fingerprint) }
            shared.making.context.progress.add(files: 1)
        case .help(let large, let aside, let fingerprint): try help(large, aside, fingerprint)
        }
    }

    private func noting(_ path: TreePath, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            if let end = error.endOfRun { throw end }
            shared.making.tally.fail(path, error)
        }
    }

    /// Makes one file, link or node; what fails is the caller's.
    func make(_ entry: Entry, existing: ScannedEntry?, _ fingerprint: Digest) throws {
        let wanted = entry.attributes
        let old = existing?.attributes.kind == wanted.kind ? existing : nil
        if let old, try isSame(entry, as: old) {
            var there = try writer.attributes(of: old)
            (there.linkGroup, there.holes) = (wanted.linkGroup, wanted.holes)
            // A file with other names is made anew: these may have to stay as they are.
            if there == wanted || old.links == 1 || wanted.kind != .file {
                return try keep(entry, old, isSame: there == wanted, fingerprint)
            }
        }
        let state: FileState
        if wanted.kind == .file {
            let held = try self.held(entry, existing)
            let aside = try writer.beginFile(entry.path)
            try write(entry, 0..<wanted.dataSize, held, to: aside)
            state = try publish(entry, aside)
        } else {
            state = try writer.makeSpecial(entry.path, wanted)
        }
        shared.making.tally.add(existing == nil ? \.new : \.changed)
        try remember(entry, state, fingerprint)
    }

    /// Gives the file at `old` the entry's name, unless it is no longer as it was.
    private func rename(_ entry: Entry, _ old: RecordEntry, _ fingerprint: Digest) throws {
        guard let there = try? writer.state(of: old.path), there == old.destination else {
            return try make(entry, existing: nil, fingerprint)
        }
        let state = try writer.rename(old.path, to: entry.path)
        shared.making.tally.add(\.renamed)
        shared.making.tally.add(\.reusedBytes, entry.attributes.size)
        shared.making.context.progress.add(logical: Int(clamping: entry.attributes.size))
        try remember(entry, state, fingerprint)
    }

    /// The bytes are there already: at most the attributes change.
    private func keep(_ entry: Entry, _ old: ScannedEntry, isSame: Bool, _ fingerprint: Digest) throws {
        shared.making.tally.add(\.reusedBytes, entry.attributes.size)
        shared.making.context.progress.add(logical: Int(clamping: entry.attributes.size))
        shared.making.tally.add(isSame ? \.unchanged : \.changed)
        let state = isSame ? FileState(old) : try writer.change(entry.path, entry.attributes)
        try remember(entry, state, fingerprint)
    }

    private func help(_ large: LargeRestore, _ aside: AsideFile, _ fingerprint: Digest) throws {
        let isWhole = try large.help { stretch in
            try shared.making.context.stop.check()
            let held = try large.held { try self.held(large) }
            try write(large.entry, stretch, held, to: aside)
        } onFailure: { error, isFirst in
            // Of a file that the vault does not have whole nothing is to be gone on with.
            if (error as? PerigeeError)?.code == .damaged { aside.discard() }
            if isFirst { try noting(large.entry.path) { throw error } }
        }
        guard isWhole else { return }
        try noting(large.entry.path) {
            let state = try publish(large.entry, aside)
            TreeWriter.removeParts(of: large.entry.path, in: aside.folder)
            shared.parts.end(large.entry.path.parent.appending(aside.name))
            shared.making.tally.add(large.existing != nil ? \.changed : \.new)
            try remember(large.entry, state, fingerprint)
        }
        shared.making.context.progress.add(files: 1)
    }

    private func publish(_ entry: Entry, _ aside: AsideFile) throws -> FileState {
        if entry.attributes.holes.last?.end == entry.attributes.size {
            try aside.writing { try $0.truncate(to: entry.attributes.size) }
        }
        if shared.verification == .full, try !hasContent(entry, aside.file) {
            throw PerigeeError(
                .damaged, "what was written does not read back", at: entry.path.description,
                remedy: "run again; if it stays, look into the system's log and test memory and disk", canRetry: true)
        }
        return try writer.publish(aside, entry.attributes)
    }

    /// Memory for `count` bytes of what is held; the same each time.
    func heldRoom(_ count: Int) -> UnsafeMutableRawBufferPointer {
        let room = heldBuffer.flatMap { $0.bytes.count >= count ? $0 : nil } ?? IOBuffer(count: max(count, 256 << 10))
        heldBuffer = room
        return UnsafeMutableRawBufferPointer(rebasing: room.bytes[..<count])
    }

    /// Writes the chunks that begin in `stretch` of the entry's data; those that are `held` are not fetched.
    private func write(
        _ entry: Entry, _ stretch: Range<UInt64>, _ held: HeldIndex?, to aside: AsideFile
    ) throws {
        let map = DataMap(entry.attributes)
        try fetcher.fetch(entry, stretch) { chunk, position in
            try held.map { try takeHeld(chunk, at: position, $0, map, to: aside) } ?? false
        } _: { group, read in
            let plain = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<group.count])
            let before = fetcher.sealedBytes
            try read(plain)
            noteRead(fetcher.sealedBytes - before)
            try aside.write(UnsafeRawBufferPointer(plain), at: group.offset, by: map)
            noteWritten(group.chunks.count, UInt64(group.count))
        }
    }

    private func noteRead(_ sealed: UInt64) {
        shared.making.context.limit?.take(Int(sealed))
        shared.making.tally.add(\.wireBytes, sealed)
        shared.making.context.progress.add(wire: Int(sealed))
    }

    private func noteWritten(_ chunks: Int, _ bytes: UInt64) {
        shared.making.tally.add(\.chunks, UInt64(chunks))
        shared.making.tally.add(\.missingChunks, UInt64(chunks))
        shared.making.tally.add(\.missingBytes, bytes)
        shared.making.tally.add(\.writtenBytes, bytes)
        shared.making.context.progress.add(logical: Int(bytes))
        shared.making.context.progress.add(missing: Int(bytes))
    }

    /// Whether the destination's file has the bytes that the snapshot says; for others, whether all is the same.
    private func isSame(_ entry: Entry, as old: ScannedEntry) throws -> Bool {
        guard entry.attributes.kind == .file else {
            var there = try writer.attributes(of: old)
            there.linkGroup = entry.attributes.linkGroup
            return there == entry.attributes
        }
        guard old.attributes.size == entry.attributes.size else { return false }
        guard let file = try writer.fileToCompare(old.path) else { return false }
        let place = file.place
        do {
            return try hasContent(entry, file)
        } catch let error as PerigeeError where error.code == .io && error.place == place {
            // What the destination cannot give back is not the same: it is written anew.
            return false
        }
    }

    /// Whether `file` holds just the chunks of `entry`, and zeros where the entry has holes.
    private func hasContent(_ entry: Entry, _ file: borrowing OpenFile) throws -> Bool {
        let map = DataMap(entry.attributes)
        let key = shared.vault.ring.idKey
        var isSame = true
        var cursor = ChunkCursor(entry, source: pages)
        while isSame {
            let position = cursor.offset
            guard let chunk = try cursor.next() else { break }
            guard Int(chunk.length) <= buffer.bytes.count else { return false }
            let plain = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<Int(chunk.length)])
            var filled = 0
            try map.forEachPart(from: position, count: plain.count) { part, source in
                filled += try file.read(into: UnsafeMutableRawBufferPointer(rebasing: plain[part]), at: source)
            }
            shared.making.tally.add(\.readBytes, UInt64(filled))
            isSame =
                filled == plain.count && ContentID(Blake3.hash(UnsafeRawBufferPointer(plain), key: key)) == chunk.id
        }
        guard isSame else { return false }
        for hole in entry.attributes.holes where try !isZero(hole, file) { return false }
        return true
    }

    private func isZero(_ hole: Extent, _ file: borrowing OpenFile) throws -> Bool {
        var offset = hole.offset
        while offset < hole.end {
            let part = UnsafeMutableRawBufferPointer(
                rebasing: buffer.bytes[..<Int(min(UInt64(buffer.bytes.count), hole.end - offset))])
            guard try file.read(into: part, at: offset) == part.count, part.allSatisfy({ $0 == 0 }) else {
                return false
            }
            offset += UInt64(part.count)
        }
        return true
    }

    /// Notes how the destination looks now.
    private func remember(_ entry: Entry, _ state: FileState, _ fingerprint: Digest) throws {
        let known = RecordEntry(path: entry.path, destination: state, fingerprint: fingerprint)
        try shared.making.remember(known, hasOtherNames: entry.attributes.linkGroup != nil)
    }
}
