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
        [false, true].compactMap { isSecond in
            let name = AsideName.kept(for: path.name, second: isSecond)
            return try? reader(at: path.parent.appending(name))
        }
    }

    /// Begins a file that is kept where the run breaks off, if it is large.
    func beginLarge(_ path: TreePath, _ head: FileHead) throws -> (aside: AsideFile, isKept: Bool) {
        guard head.attributes.dataSize >= ExchangeLimits.keptFile else { return (try writer.beginFile(path), false) }
        let names = [false, true].map { AsideName.kept(for: path.name, second: $0) }
        let aside = try writer.within(path.parent) { folder in
            // What a run before has left makes way; of two such, the longer one stays.
            if let first = try folder.status(names[0]) {
                let second = try folder.status(names[1])
                if second.map({ $0.blocks <= first.blocks }) ?? true {
                    try folder.rename(names[0], to: folder, names[1])
                } else {
                    try folder.unlink(names[0])
                }
            }
            return try AsideFile(path: path, in: folder, keptName: names[0])
        }
        return (aside, true)
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
            try write(UnsafeRawBufferPointer(part), at: offset + done, map, to: aside)
            done += UInt64(count)
        }
        shared.making.context.progress.add(logical: Int(run.length))
    }

    /// A stretch of a file: its chunks are found among what is held, or wanted.
    func takeChunks(_ file: ReceivedFile?, _ records: inout MessageReader) throws {
        let number = try records.number(upTo: 1 << 32, "the number of a stretch")
        var offset = try records.number()
        var chunks: [ReceivedFile.Wanted] = []
        for _ in 0..<(try records.number(upTo: 1 << 15, "a count of chunks")) {
            let length = try records.number(upTo: FileServer.chunkMax, "a chunk")
            chunks.append(.init(offset: offset, length: UInt32(length), id: try records.digest()))
            let (next, overflow) = offset.addingReportingOverflow(UInt64(length))
            guard !overflow else { throw ExchangeFault.hostile("a stretch beyond the end of its file") }
            offset = next
        }
        try withMaking(file) { file, making in
            guard let held = making.held, offset <= making.head.attributes.dataSize else {
                throw ExchangeFault.hostile("a stretch beyond the end of its file")
            }
            try take(chunks, number, file, making, held)
        }
    }

    private func take(
        _ chunks: [ReceivedFile.Wanted], _ number: Int, _ file: ReceivedFile, _ making: ReceivedFile.Making,
        _ held: HeldIndex
    ) throws {
        var wanted = WantedChunks(
            id: file.id, stretch: number, bits: [UInt8](repeating: 0, count: (chunks.count + 7) / 8))
        var missing: [UInt64: ReceivedFile.Wanted] = [:]
        var runs: [(base: Int, from: Extent, to: UInt64)] = []
        for (index, chunk) in chunks.enumerated() {
            guard let place = held.place(chunk.id, length: chunk.length, near: chunk.offset) else {
                if try takeElsewhere(chunk, file, making) { continue }
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
        for run in runs { try take(run, file, making, held) }
    }

    /// A run of the file's data that is held.
    private func take(
        _ run: (base: Int, from: Extent, to: UInt64), _ file: ReceivedFile, _ making: ReceivedFile.Making,
        _ held: HeldIndex
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
