internal import Files
internal import Hashing
internal import Model
internal import Workers

// Chunks that are missing, but whose pieces may be there.
extension ReceiveWorker {
    /// How far beyond the place where an older version should lie it is looked for, in bytes.
    private static let reach: UInt64 = 64 << 10
    /// Patches are given up for a file once so many bytes came as patches and were mostly sent all the same.
    private static let trial: UInt64 = 4 << 20

    /// Turns wishes for whole chunks into wishes for patches, where the older version has something in their place.
    func askForPatches(
        _ wanted: inout WantedChunks, _ chunks: [ReceivedFile.Wanted], _ file: ReceivedFile, _ held: HeldIndex
    ) {
        guard let base = held.bases.first, file.action.attempt == 1 else { return }
        let (shift, patched) = file.change { ($0.shift, $0.patched) }
        guard patched.bytes < Self.trial || patched.literals < patched.bytes / 10 * 7 else { return }
        var signature = FineSignature()
        var (index, shiftNow, count) = (0, shift, 0)
        wanted.patched = [UInt8](repeating: 0, count: wanted.bits.count)
        while index < chunks.count {
            var end = index
            while end < chunks.count, wanted.wants(end) { end += 1 }
            guard end > index else {
                if let found = shiftOf(chunks[index], held) { shiftNow = found }
                index += 1
                continue
            }
            let before = index > 0 ? shiftOf(chunks[index - 1], held) : nil
            let after = end < chunks.count ? shiftOf(chunks[end], held) : nil
            let run = chunks[index].offset..<(chunks[end - 1].offset + UInt64(chunks[end - 1].length))
            let region = Self.region(run, before: before, after: after, usual: shiftNow, size: base.dataSize)
            if add(region, of: base, to: &signature) {
                for chunk in index..<end {
                    wanted.bits[chunk >> 3] &= ~(1 << UInt8(chunk & 7))
                    wanted.patched[chunk >> 3] |= 1 << UInt8(chunk & 7)
                }
                count += end - index
            }
            index = end
        }
        guard count > 0, signature.names.count <= ExchangeLimits.names else { return wanted.wantAllWhole() }
        wanted.names = signature.names
        let (stretch, last, pieces) = (wanted.stretch, shiftNow, signature.pieces)
        file.change { state in
            state.shift = last
            state.pieces[stretch] = (pieces, count)
        }
    }

    /// How far the first base's place of a chunk lies from the file's.
    private func shiftOf(_ chunk: ReceivedFile.Wanted, _ held: HeldIndex) -> Int64? {
        guard let place = held.place(chunk.id, length: chunk.length, near: chunk.offset), place.base == 0 else {
            return nil
        }
        return Int64(bitPattern: place.offset) - Int64(bitPattern: chunk.offset)
    }

    /// Where an older version of `run` should lie: between what was found before and behind it, or about there.
    private static func region(
        _ run: Range<UInt64>, before: Int64?, after: Int64?, usual: Int64, size: UInt64
    ) -> Range<UInt64> {
        func place(_ offset: UInt64, _ shift: Int64, _ slack: Int64) -> UInt64 {
            let place = Int64(clamping: offset) &+ shift &+ slack
            return min(size, UInt64(clamping: max(0, place)))
        }
        let slack = Int64(reach)
        let start = before.map { place(run.lowerBound, $0, 0) } ?? place(run.lowerBound, after ?? usual, -slack)
        let end = after.map { place(run.upperBound, $0, 0) } ?? place(run.upperBound, before ?? usual, slack)
        // What was moved far away is no older version of what stands here.
        let most = 2 * UInt64(run.count) + 2 * reach
        return start < end ? start..<min(end, start + most) : 0..<0
    }

    private func add(_ region: Range<UInt64>, of base: TreeReader, to signature: inout FineSignature) -> Bool {
        guard region.count >= FineCutter.least else { return false }
        let room = patchRoom(region.count)
        guard (try? base.read(into: room, at: region.lowerBound)) == region.count else { return false }
        signature.add(UnsafeRawBufferPointer(room), at: region.lowerBound, shared.begin.key)
        return true
    }

    /// Chunks that come as a patch.
    func takePatch(
        _ file: ReceivedFile?, _ records: inout MessageReader, _ data: inout MessageReader
    ) throws {
        let stretch = try records.number(upTo: 1 << 32, "the number of a stretch")
        let first = try records.number(upTo: 1 << 15, "the number of a chunk")
        let count = try records.number(upTo: 1 << 15, "a count of chunks")
        let patch = try FinePatch(decoding: &records)
        let literals = patch.literalCount
        let bytes = try data.raw(literals)
        guard let file, let making = file.making() else { return }
        let (chunks, pieces) = try file.takePatched(stretch, first..<(first + count))
        try noting(file) {
            let total = chunks.reduce(0) { $0 + Int($1.length) }
            let plain = try rebuild(patch, bytes, pieces, total, making)
            file.notePatch(of: total, literals: literals)
            var offset = 0
            for chunk in chunks {
                let part = UnsafeRawBufferPointer(rebasing: plain[offset..<(offset + Int(chunk.length))])
                offset += part.count
                guard Blake3.hash(part, key: shared.begin.key) == chunk.id else {
                    throw PerigeeError.changed(file.action.scanned.path)
                }
                try write(part, at: chunk.offset, file, making)
            }
        }
    }

    /// Puts `total` bytes together from pieces of the first base and from `literals`.
    private func rebuild(
        _ patch: FinePatch, _ literals: UnsafeRawBufferPointer, _ pieces: [(offset: UInt64, length: UInt32)],
        _ total: Int, _ making: ReceivedFile.Making
    ) throws -> UnsafeRawBufferPointer {
        guard let base = making.held?.bases.first else { throw ExchangeFault.hostile("a patch of nothing") }
        let room = patchRoom(total)
        var (done, taken) = (0, 0)
        for step in patch.steps {
            switch step {
            case .insert(let count):
                guard count <= total - done else { throw ExchangeFault.hostile("a patch that is too long") }
                UnsafeMutableRawBufferPointer(rebasing: room[done..<(done + count)]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: literals[taken..<(taken + count)]))
                (done, taken) = (done + count, taken + count)
            case .copy(let first, let count):
                guard count > 0, first + count <= pieces.count else {
                    throw ExchangeFault.hostile("a piece that there is not")
                }
                var index = first
                while index < first + count {
                    let run = Self.run(pieces, from: index, upTo: first + count)
                    guard run.length <= UInt64(total - done) else {
                        throw ExchangeFault.hostile("a patch that is too long")
                    }
                    let part = UnsafeMutableRawBufferPointer(rebasing: room[done..<(done + Int(run.length))])
                    guard try base.read(into: part, at: pieces[index].offset) == part.count else {
                        throw PerigeeError.changed(base.path)
                    }
                    (done, index) = (done + part.count, run.end)
                }
            }
        }
        guard done == total else { throw ExchangeFault.hostile("a patch that is too short") }
        return UnsafeRawBufferPointer(room)
    }

    /// The pieces from `index` on that lie one behind the other: how long they are, and the first that does not.
    private static func run(
        _ pieces: [(offset: UInt64, length: UInt32)], from index: Int, upTo limit: Int
    ) -> (length: UInt64, end: Int) {
        var (length, end) = (UInt64(pieces[index].length), index + 1)
        while end < limit, pieces[end].offset == pieces[index].offset + length {
            length += UInt64(pieces[end].length)
            end += 1
        }
        return (length, end)
    }
}

extension WantedChunks {
    /// No patches after all.
    mutating func wantAllWhole() {
        for index in patched.indices { bits[index] |= patched[index] }
        (patched, names) = ([], [])
    }
}
