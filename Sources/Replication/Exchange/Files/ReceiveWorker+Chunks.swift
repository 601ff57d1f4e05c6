internal import Files
internal import Hashing
internal import Model
internal import Workers

// Files whose chunks are held against what the destination has.
extension ReceiveWorker {
    /// The head of a file whose data comes in parts, or not at all.
    func begin(_ file: ReceivedFile, _ head: FileHead) throws {
        let map = DataMap(head.attributes)
        switch head.way {
        case .inline, .same: return
        case .none: return try renameUnseen(file, head)
        case .told:
            guard file.action.isTold, head.attributes.dataSize <= ExchangeLimits.wholeFile else {
                throw PerigeeError.changed(file.action.scanned.path)
            }
            file.change { $0.making = .init(head: head, map: map) }
        case .pieces:
            let (aside, _) = try beginLarge(file.action.scanned.path, head)
            file.change { $0.making = .init(head: head, map: map, aside: aside) }
        case .chunks:
            var making = ReceivedFile.Making(head: head, map: map)
            var bases: [TreeReader] = []
            if let existing = file.action.existing, existing.attributes.kind == .file,
                let reader = try? reader(at: existing.path)
            {
                bases.append(reader)
                making.first = .existing
            } else if let former = file.action.former, let reader = try? reader(at: former.path) {
                bases.append(reader)
                making.first = .former
            }
            bases += parts(of: file.action.scanned.path)
            if let kin = file.action.kin, let reader = try? reader(at: kin) { bases.append(reader) }
            making.held = try HeldIndex(bases, Chunker(shared.begin.chunker), shared.begin.key) {
                try shared.making.context.stop.check()
            }
            file.change { $0.making = making }
        }
    }

    /// The destination's file at `path`, open.
    func reader(at path: TreePath) throws -> TreeReader {
        try reader(at: path, try writer.folder(path.parent).file(path.name, .reading))
    }

    private func reader(at path: TreePath, _ file: consuming OpenFile) throws -> TreeReader {
        let scanned = ScannedEntry(path: path, kind: .file, status: try file.status())
        return try TreeReader(file, scanned)
    }

    /// What runs before have left of the file at `path`.
    private func parts(of path: TreePath) -> [TreeReader] {
        TreeWriter.parts(of: path).compactMap { try? reader(at: $0) }
    }

    /// Begins a file that is kept where the run breaks off, if it is large.
    func beginLarge(_ path: TreePath, _ head: FileHead) throws -> (aside: AsideFile, isKept: Bool) {
        guard head.attributes.dataSize >= ExchangeLimits.keptFile else { return (try writer.beginFile(path), false) }
        return (try writer.beginPart(path), true)
    }

    /// Where the file is written; what was put by until something differs is copied then.
    func asideFile(of file: ReceivedFile, _ making: ReceivedFile.Making) throws -> AsideFile {
        if let aside = making.aside { return aside }
        let (aside, deferred) = try file.differ { try beginLarge(file.action.scanned.path, making.head).aside }
        guard !deferred.isEmpty, let held = making.held else { return aside }
        for run in deferred {
            try copy(from: held.bases[0], run, to: run.offset, making.map, aside, file)
            _ = file.add(run.length)
        }
        return aside
    }

    /// Copies `run` of the data of `base` to `offset` of the file's data.
    func copy(
        from base: TreeReader, _ run: Extent, to offset: UInt64, _ map: DataMap, _ aside: AsideFile,
        _ file: ReceivedFile
    ) throws {
        var done: UInt64 = 0
        while done < run.length {
            let count = Int(min(UInt64(scratch.bytes.count), run.length - done))
            let part = UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<count])
            guard try base.read(into: part, at: run.offset + done) == count else {
                throw PerigeeError.changed(base.path)
            }
            try aside.write(UnsafeRawBufferPointer(part), at: offset + done, by: map)
            done += UInt64(count)
        }
        shared.making.context.progress.add(logical: Int(run.length))
    }

    /// A run of a file's data that the destination has in one of its files.
    typealias HeldRun = (base: Int, from: Extent, to: UInt64)

    /// A stretch of a file: its chunks are found among what is held, or wanted.
    func takeChunks(_ file: ReceivedFile?, _ records: inout MessageReader) throws {
        let number = try records.number(upTo: 1 << 32, "the number of a stretch")
        let told = try ToldStretch(decoding: &records)
        try withMaking(file) { file, making in
            guard let held = making.held, told.end <= making.head.attributes.dataSize else {
                throw ExchangeFault.hostile("a stretch beyond the end of its file")
            }
            let runs = try ask(told.chunks, number, file, held) { try takeElsewhere($0, file, making) }
            for run in runs { try take(run, file, making, held) }
        }
    }

    /// Says which of `chunks` are wanted: those that are not held, and that `others` finds nowhere else.
    ///
    /// - Returns: those that are held.
    func ask(
        _ chunks: [ReceivedFile.Wanted], _ number: Int, _ file: ReceivedFile, _ held: HeldIndex,
        others: (ReceivedFile.Wanted) throws -> Bool
    ) throws -> [HeldRun] {
        var wanted = WantedChunks(
            id: file.id, stretch: number, bits: [UInt8](repeating: 0, count: (chunks.count + 7) / 8))
        var missing: [UInt64: ReceivedFile.Wanted] = [:]
        var runs: [HeldRun] = []
        for (index, chunk) in chunks.enumerated() {
            guard let place = held.place(chunk.id, length: chunk.length, near: chunk.offset) else {
                if try others(chunk) { continue }
                wanted.bits[index >> 3] |= 1 << UInt8(index & 7)
                missing[UInt64(number) << 16 | UInt64(index)] = chunk
                continue
            }
            if let last = runs.last, last.base == place.base, last.from.end == place.offset,
                last.to + last.from.length == chunk.offset
            {
                runs[runs.count - 1].from.length += UInt64(chunk.length)
            } else {
                let from = Extent(offset: place.offset, length: UInt64(chunk.length))
                runs.append((place.base, from, chunk.offset))
            }
        }
        let bytes = missing.values.reduce(UInt64(0)) { $0 + UInt64($1.length) }
        if !missing.isEmpty { askForPatches(&wanted, chunks, file, held) }
        file.change { state in
            state.chunks += UInt64(chunks.count)
            state.missing.chunks += UInt64(missing.count)
            state.missing.bytes += bytes
            state.wanted.merge(missing) { $1 }
        }
        try shared.receiver.want(wanted)
        return runs
    }

    /// A run of the file's data that is held.
    private func take(
        _ run: HeldRun, _ file: ReceivedFile, _ making: ReceivedFile.Making, _ held: HeldIndex
    ) throws {
        if run.base == 0, run.from.offset == run.to {
            let (copies, isComplete) = file.put(by: run.from)
            if isComplete { return try complete(file) }
            guard copies else { return }
        }
        let aside = try asideFile(of: file, making)
        try copy(from: held.bases[run.base], run.from, to: run.to, making.map, aside, file)
        if file.add(run.from.length) { try complete(file) }
    }
}
