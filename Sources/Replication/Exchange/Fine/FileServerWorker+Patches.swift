internal import Files
internal import Model

// Chunks that the destination wants as patches.
extension FileServerWorker {
    /// Sends the chunks of a stretch that are wanted as patches, those that lie side by side as one.
    func sendPatches(
        _ file: ServedFile, _ start: UInt64, _ lengths: [UInt32], _ wanted: WantedChunks
    ) throws {
        let count = wanted.names.count / FineSignature.nameCount
        let names = (0..<count).map { FineSignature.name(wanted.names[($0 * FineSignature.nameCount)...]) }
        var known: [UInt64: Int32] = [:]
        for (index, name) in names.enumerated() where known[name] == nil { known[name] = Int32(index) }
        var (offset, index) = (start, 0)
        while index < lengths.count {
            var (end, total) = (index, 0)
            while end < lengths.count, wanted.wantsPatch(end), total + Int(lengths[end]) <= ExchangeLimits.batch {
                total += Int(lengths[end])
                end += 1
            }
            guard end > index else {
                offset += UInt64(lengths[index])
                index += 1
                continue
            }
            try sendPatch(file, offset, total, wanted.stretch, index..<end, known, names)
            offset += UInt64(total)
            index = end
        }
    }

    private func sendPatch(
        _ file: ServedFile, _ offset: UInt64, _ count: Int, _ stretch: Int, _ chunks: Range<Int>,
        _ known: [UInt64: Int32], _ names: [UInt64]
    ) throws {
        let target = UnsafeMutableRawBufferPointer(rebasing: cutBuffer.bytes[..<count])
        guard try file.reader.read(into: target, at: offset) == count else {
            throw PerigeeError.changed(file.reader.path)
        }
        // No more than all of it is literal.
        let place = try batch.place(for: count)
        var literals = 0
        let patch = FinePatch(UnsafeRawBufferPointer(target), known, names: names, server.begin.key) { piece in
            UnsafeMutableRawBufferPointer(rebasing: place[literals..<(literals + piece.count)]).copyMemory(from: piece)
            literals += piece.count
        }
        batch.keep(literals)
        batch.add(.patch, file.id) { out in
            out.number(stretch)
            out.number(chunks.lowerBound)
            out.number(chunks.count)
            patch.encode(into: &out)
        }
        try batch.flushIfFull()
    }
}
