internal import Files
internal import Hashing
internal import Model
internal import Workers

// Files whose content was sent before in the same run: only whose it is is told.
extension FileServerWorker {
    /// Files below this are sent again: to tell of another one costs about as much.
    private static let sameMin = 1024
    /// Larger files of one size whose names are looked at for each.
    private static let comparedMax = 8

    /// The file that was sent before with the bytes of the one that `request` asks for, and their name.
    func sentBefore(
        _ bytes: UnsafeRawBufferPointer, _ request: FetchRequest
    ) -> (sent: SentFiles.Sent, name: Digest)? {
        guard request.takesSame, bytes.count >= Self.sameMin else { return nil }
        let name = Blake3.hash(bytes, key: server.begin.key)
        let own = SentFiles.Sent(id: request.id, path: request.path)
        return server.sent.first(name, own).map { ($0, name) }
    }

    /// The same of a large file, which is read for it only where one of its size was sent before.
    func sentBefore(_ reader: any ReadableFile, _ request: FetchRequest) throws -> (sent: SentFiles.Sent, name: Digest)?
    {
        guard request.takesSame else { return nil }
        let own = SentFiles.Sent(id: request.id, path: request.path)
        let candidates = server.sent.large(reader.dataSize).prefix(Self.comparedMax)
        guard !candidates.isEmpty else {
            server.sent.note(own, size: reader.dataSize, name: nil)
            return nil
        }
        let name = try name(of: reader)
        for (sent, known) in candidates where sent.id != request.id {
            guard let theirs = try known ?? self.name(of: sent, size: reader.dataSize) else { continue }
            if theirs == name { return (sent, name) }
        }
        server.sent.note(own, size: reader.dataSize, name: name)
        return nil
    }

    /// The name of what was sent, read anew; nil where it cannot be read as it was.
    private func name(of sent: SentFiles.Sent, size: UInt64) throws -> Digest? {
        guard let reader = try? server.tree.file(at: sent.path).1, reader.dataSize == size,
            let name = try? name(of: reader)
        else { return nil }
        server.sent.note(sent, size: size, name: name)
        return name
    }

    private func name(of reader: any ReadableFile) throws -> Digest {
        var hasher = Blake3Hasher(key: server.begin.key)
        var offset: UInt64 = 0
        while offset < reader.dataSize {
            try server.context.stop.check()
            let count = Int(min(UInt64(cutBuffer.bytes.count), reader.dataSize - offset))
            let part = UnsafeMutableRawBufferPointer(rebasing: cutBuffer.bytes[..<count])
            guard try reader.read(into: part, at: offset) == count else { throw PerigeeError.changed(reader.path) }
            hasher.update(UnsafeRawBufferPointer(part))
            offset += UInt64(count)
        }
        try reader.recheck()
        return hasher.finalize()
    }
}
