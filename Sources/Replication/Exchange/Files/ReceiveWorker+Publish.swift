internal import Files
internal import Hashing
internal import Model
internal import Workers

// Putting in place what has come.
extension ReceiveWorker {
    /// A small file that came whole, or was put together of what is there.
    func take(
        _ file: ReceivedFile, _ head: FileHead, _ bytes: UnsafeRawBufferPointer, isSent: Bool = true
    ) throws {
        let action = file.action
        let path = action.scanned.path
        shared.making.tally.add(\.readBytes, UInt64(bytes.count))
        shared.making.context.progress.add(logical: bytes.count)
        if let former = action.former, head.formerIsGone, isSame(head, bytes, at: former.path),
            try rename(former, head, action, isCertain: false)
        {
            return
        }
        if let existing = action.existing, existing.attributes.kind == .file, isSame(head, bytes, at: path),
            try keep(existing, head, action)
        {
            return
        }
        let aside = try writer.beginFile(path)
        try aside.write(bytes, at: 0, by: DataMap(head.attributes))
        if shared.options.verification == .full {
            try check([(Extent(offset: 0, length: UInt64(bytes.count)), Blake3.hash(bytes))], head, aside)
        }
        var counts = Tally.Counts()
        counts.missingBytes = isSent ? UInt64(bytes.count) : 0
        shared.making.context.progress.add(missing: isSent ? bytes.count : 0)
        try publish(aside, head, action, counts)
    }

    /// All of a file's data is there.
    func complete(_ file: ReceivedFile) throws {
        try noting(file, isGivenUp: true) {
            try finish(file)
            shared.receiver.forget(file.id)
            shared.receiver.leave(file.action)
        }
    }

    private func finish(_ file: ReceivedFile) throws {
        let state = file.change { $0 }
        guard let making = state.making else { return }
        let (head, action) = (making.head, file.action)
        shared.making.tally.add(\.readBytes, head.attributes.dataSize)
        // Parts of runs before were read as they are; whatever else was read must have held still.
        for base in making.held?.bases ?? [] where !AsideName.matches(base.path.name) { try base.recheck() }
        if making.aside == nil, try finishInPlace(making, action) { return }
        let aside = try making.aside ?? copyDeferred(state, making, file)
        if shared.options.verification == .full { try check(state.written, head, aside) }
        var counts = Tally.Counts()
        if head.way == .chunks {
            (counts.chunks, counts.missingChunks) = (state.chunks, state.missing.chunks)
            counts.missingBytes = state.missing.bytes
            if action.kin != nil { shared.kin.note(wasOfUse: state.missing.bytes < head.attributes.dataSize / 8 * 7) }
        } else {
            counts.missingBytes = head.attributes.dataSize
        }
        try publish(aside, head, action, counts)
        if head.attributes.dataSize >= ExchangeLimits.keptFile {
            TreeWriter.removeParts(of: action.scanned.path, in: aside.folder)
        }
    }

    /// The first base has all of the data at the same places: the file stays, or is renamed.
    private func finishInPlace(_ making: ReceivedFile.Making, _ action: FetchAction) throws -> Bool {
        guard let first = making.held?.bases.first, first.attributes.size == making.head.attributes.size,
            first.attributes.holes == making.head.attributes.holes
        else { return false }
        switch making.first {
        case .existing:
            guard let existing = action.existing else { return false }
            return try keep(existing, making.head, action)
        case .former:
            guard let former = action.former, making.head.formerIsGone else { return false }
            return try rename(former, making.head, action, isCertain: false)
        case .part: return false
        }
    }

    private func copyDeferred(
        _ state: ReceivedFile.State, _ making: ReceivedFile.Making, _ file: ReceivedFile
    ) throws -> AsideFile {
        let aside = try beginLarge(file.action.scanned.path, making.head).aside
        guard let base = making.held?.bases.first else { return aside }
        for run in state.deferred { try copy(from: base, run, to: run.offset, making.map, aside, file) }
        return aside
    }

    /// Gives a finished file its attributes and its place.
    func publish(
        _ aside: AsideFile, _ head: FileHead, _ action: FetchAction, _ counted: Tally.Counts
    ) throws {
        var (wanted, counts) = (head.attributes, counted)
        wanted.linkGroup = action.group
        if wanted.holes.last?.end == wanted.size, wanted.size > 0 {
            try aside.writing { try $0.truncate(to: wanted.size) }
        }
        let state = try writer.publish(aside, wanted)
        if action.existing == nil, base == nil || !action.isKnown { counts.new = 1 } else { counts.changed = 1 }
        counts.writtenBytes = wanted.dataSize
        counts.reusedBytes = wanted.dataSize - min(wanted.dataSize, counts.missingBytes)
        shared.making.tally.add(counts)
        try remember(action, head, state)
    }

    /// Reads back what was written.
    private func check(_ pieces: [(extent: Extent, digest: Digest)], _ head: FileHead, _ aside: AsideFile) throws {
        let map = DataMap(head.attributes)
        for piece in pieces where piece.extent.length > 0 {
            let count = Int(piece.extent.length)
            let target = UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<count])
            var filled = 0
            try map.forEachPart(from: piece.extent.offset, count: count) { part, source in
                filled += try aside.file.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: target[part]), at: source)
            }
            guard filled == count, Blake3.hash(UnsafeRawBufferPointer(target)) == piece.digest else {
                throw PerigeeError(
                    .damaged, "what was written does not read back", at: aside.path.description,
                    remedy: "run again; if it stays, look into the system's log and test memory and disk",
                    canRetry: true)
            }
        }
    }

    /// Whether the destination's file at `path` has the bytes that came, and the same holes.
    private func isSame(_ head: FileHead, _ bytes: UnsafeRawBufferPointer, at path: TreePath) -> Bool {
        guard let reader = try? reader(at: path), reader.attributes.size == head.attributes.size,
            reader.attributes.holes == head.attributes.holes
        else { return false }
        let target = UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<bytes.count])
        guard (try? reader.read(into: target, at: 0)) == bytes.count else { return false }
        return ByteComparison.isEqual(bytes, UnsafeRawBufferPointer(target))
    }

    /// The bytes are there already: at most the attributes change.
    ///
    /// - Returns: false where they cannot, since the file at the destination has other names, which may have to differ.
    private func keep(_ existing: ScannedEntry, _ head: FileHead, _ action: FetchAction) throws -> Bool {
        var there = try writer.attributes(of: existing)
        there.holes = head.attributes.holes
        let isSame = there == head.attributes
        if !isSame, existing.links > 1 { return false }
        shared.making.tally.add(\.reusedBytes, head.attributes.size)
        shared.making.tally.add(isSame ? \.unchanged : \.changed)
        let path = action.scanned.path
        let state = isSame ? FileState(existing) : try writer.change(path, head.attributes)
        try remember(action, head, state)
        return true
    }

    /// Gives the file at the former name the new one; false where it is not as it was.
    private func rename(
        _ former: RecordEntry, _ head: FileHead, _ action: FetchAction, isCertain: Bool
    ) throws -> Bool {
        guard let there = try? writer.state(of: former.path), there == former.destination else { return false }
        let path = action.scanned.path
        var state = try writer.rename(former.path, to: path)
        if !isCertain { state = try writer.change(path, head.attributes) }
        shared.making.tally.add(\.renamed)
        shared.making.tally.add(\.reusedBytes, head.attributes.size)
        try remember(action, head, state)
        return true
    }

    /// The file is, for certain, the one that had the former name.
    func renameUnseen(_ file: ReceivedFile, _ head: FileHead) throws {
        guard file.giveUp() else { return }
        try noting(file, isGivenUp: true) {
            let state = FileState(
                identity: head.identity, modified: head.attributes.modified, size: head.attributes.size)
            guard let former = file.action.former, head.formerIsGone, former.source == state,
                try rename(former, head, file.action, isCertain: true)
            else { throw PerigeeError.changed(file.action.scanned.path) }
            shared.receiver.forget(file.id)
            shared.receiver.leave(file.action)
        }
    }

    /// Gives a file that did not change since the generation before a further name in this one, or asks for it.
    ///
    /// The ctime at the destination says nothing here: it moves whenever a generation comes or goes.
    func share(_ action: FetchAction, _ known: RecordEntry) throws {
        let path = action.scanned.path
        guard let base, let there = known.destination, known.source == FileState(action.scanned),
            let old = try? base.state(of: path), old.identity.inode == there.identity.inode,
            old.size == there.size, old.modified == there.modified,
            let state = try? writer.makeLink(path, to: path.name, in: base.folder(path.parent))
        else { return try shared.receiver.fetchAgain(action) }
        shared.making.tally.add(\.unchanged)
        shared.making.tally.add(\.reusedBytes, action.scanned.attributes.size)
        shared.making.context.progress.add(logical: Int(action.scanned.attributes.size))
        try remember(action.scanned, known.source, state, action.group)
        shared.receiver.leave(action)
    }

    /// Makes a link, pipe, socket name or node.
    func makeSpecial(_ action: FetchAction) throws {
        let (scanned, existing, group) = (action.scanned, action.existing, action.group)
        let wanted = scanned.attributes
        do {
            if let existing, existing.attributes.kind == wanted.kind, try writer.attributes(of: existing) == wanted {
                shared.making.tally.add(\.unchanged)
                try remember(scanned, FileState(scanned), FileState(existing), group)
            } else {
                let state = try writer.makeSpecial(scanned.path, wanted)
                shared.making.tally.add(existing == nil ? \.new : \.changed)
                try remember(scanned, FileState(scanned), state, group)
            }
        } catch {
            if let end = error.endOfRun { throw end }
            shared.making.tally.fail(scanned.path, error)
        }
        shared.receiver.leave(action)
    }

    private func remember(_ action: FetchAction, _ head: FileHead, _ state: FileState) throws {
        let source = FileState(
            identity: head.identity, modified: head.attributes.modified, size: head.attributes.size)
        try remember(action.scanned, source, state, action.group)
    }

    /// Notes how both ends look now that they agree.
    private func remember(
        _ scanned: ScannedEntry, _ source: FileState?, _ state: FileState, _ group: UInt64?
    ) throws {
        let entry = RecordEntry(
            path: scanned.path, source: source, destination: state,
            looks: .init(kind: scanned.attributes.kind, links: scanned.links))
        try shared.making.remember(entry, hasOtherNames: group != nil)
    }
}
