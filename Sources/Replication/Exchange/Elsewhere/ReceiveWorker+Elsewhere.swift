internal import Files
internal import Hashing
internal import Model
internal import Workers

// What the destination has under other names.
extension ReceiveWorker {
    /// The chunk `name` as it lies in another file of the destination, hashed; valid until the next call, nil where none has it.
    func elsewhere(_ name: Digest, length: UInt32) throws -> UnsafeRawBufferPointer? {
        guard let index = shared.elsewhere.read({ $0 }), let place = try index.place(name, length: length) else {
            return nil
        }
        let room = patchRoom(Int(length))
        guard let reader = elsewhereReader(at: place.path),
            (try? reader.read(into: room, at: place.offset)) == room.count
        else { return nil }
        let bytes = UnsafeRawBufferPointer(room)
        return Blake3.hash(bytes, key: shared.begin.key) == name ? bytes : nil
    }

    /// Takes a chunk of a file from another one.
    ///
    /// - Returns: whether there was one.
    func takeElsewhere(
        _ chunk: ReceivedFile.Wanted, _ file: ReceivedFile, _ making: ReceivedFile.Making
    ) throws -> Bool {
        guard let bytes = try elsewhere(chunk.id, length: chunk.length) else { return false }
        let aside = try asideFile(of: file, making)
        try aside.write(bytes, at: chunk.offset, by: making.map)
        if shared.options.verification == .full { note(bytes, at: chunk.offset, file) }
        shared.making.context.progress.add(logical: bytes.count)
        if file.add(UInt64(bytes.count)) { try complete(file) }
        return true
    }

    /// The file at `path`, open; one of those asked for last is still open from then.
    private func elsewhereReader(at path: TreePath) -> TreeReader? {
        if let open = elsewhereFiles[path] { return open }
        guard let opened = try? reader(at: path) else { return nil }
        if elsewhereFiles.count >= Self.elsewhereFilesMax { elsewhereFiles.removeAll(keepingCapacity: true) }
        elsewhereFiles[path] = opened
        return opened
    }

    /// Some chunks of a short file, of which nothing is sent before it is known whether it is there.
    func takeTold(_ file: ReceivedFile?, _ records: inout MessageReader) throws {
        let offset = try records.number()
        let told = try ToldChunks.decode(&records)
        try withMaking(file) { file, making in
            let (end, overflow) = offset.addingReportingOverflow(told.bytes)
            guard file.action.isTold, !overflow, end <= making.head.attributes.dataSize,
                end <= ExchangeLimits.wholeFile
            else { throw ExchangeFault.hostile("chunks that nobody asked for") }
            file.change { $0.told.append((offset, told)) }
            if file.add(told.bytes) { try completeTold(file) }
        }
    }

    /// A file of which only the chunks were told, since one of its length is there: it is put together, or else sent.
    func completeTold(_ file: ReceivedFile) throws {
        try noting(file, isGivenUp: true) {
            let (told, making) = file.change { state in
                (state.told.sorted { $0.offset < $1.offset }.flatMap { $0.chunks.chunks }, state.making)
            }
            guard let head = making?.head else { return }
            var bytes: [UInt8] = []
            for chunk in told {
                guard let found = try elsewhere(chunk.id, length: chunk.length) else {
                    var action = file.action
                    action.isTold = false
                    shared.receiver.forget(file.id)
                    return try shared.receiver.fetchAgain(action)
                }
                bytes.append(contentsOf: found)
            }
            try bytes.withUnsafeBytes { try take(file, head, $0, isSent: false) }
            shared.making.tally.add(\.chunks, UInt64(told.count))
            shared.receiver.forget(file.id)
            shared.receiver.leave(file.action)
        }
    }
}
