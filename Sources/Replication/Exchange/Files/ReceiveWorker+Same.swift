internal import Files
internal import Hashing
internal import Model
internal import Workers

// Files whose content came with another one: they are made of that one, as it lies in the destination.
extension ReceiveWorker {
    /// Takes what follows the head of such a file.
    func takeSame(_ file: ReceivedFile?, _ head: FileHead, _ records: inout MessageReader) throws {
        let first = try records.number()
        let name = try records.digest()
        let path = try PathCoding.decode(&records, after: [])
        guard let file else { return }
        guard file.action.takesSame else {
            throw ExchangeFault.hostile("a file like another one, which was not to be told")
        }
        guard file.giveUp() else { return }
        let following = FollowingFile(file: file, head: head, first: first, path: path, name: name)
        if try !shared.receiver.keep(following) { try make(following) }
    }

    /// Makes the files that waited for others which are in place now.
    func makeReady() throws {
        while let following = shared.receiver.nextReady() { try make(following) }
    }

    private func make(_ following: FollowingFile) throws {
        let file = following.file
        try noting(file, isGivenUp: true) {
            guard try copy(following) else {
                // It could not be written, or somebody has changed it: its bytes are sent after all.
                var action = file.action
                action.takesSame = false
                shared.receiver.forget(file.id)
                return try shared.receiver.fetchAgain(action)
            }
            shared.receiver.forget(file.id)
            shared.receiver.leave(file.action)
        }
    }

    /// Copies the other file, if it has the content that it should have.
    private func copy(_ following: FollowingFile) throws -> Bool {
        let (head, size) = (following.head, following.head.attributes.dataSize)
        guard let reader = try? reader(at: following.path), reader.dataSize == size else { return false }
        if size <= UInt64(scratch.bytes.count) {
            let bytes = patchRoom(Int(size))
            guard (try? reader.read(into: bytes, at: 0)) == bytes.count,
                Blake3.hash(UnsafeRawBufferPointer(bytes), key: shared.begin.key) == following.name
            else { return false }
            try take(following.file, head, UnsafeRawBufferPointer(bytes), isSent: false)
            return true
        }
        let (aside, _) = try beginLarge(following.file.action.scanned.path, head)
        guard try copy(reader, to: aside, DataMap(head.attributes)) == following.name else {
            aside.discard()
            return false
        }
        shared.making.tally.add(\.readBytes, size)
        try publish(aside, head, following.file.action, Tally.Counts())
        return true
    }

    /// Copies all data of `reader`, and names it.
    private func copy(_ reader: TreeReader, to aside: AsideFile, _ map: DataMap) throws -> Digest? {
        var hasher = Blake3Hasher(key: shared.begin.key)
        var done: UInt64 = 0
        while done < reader.dataSize {
            try shared.making.context.stop.check()
            let count = Int(min(UInt64(scratch.bytes.count), reader.dataSize - done))
            let part = UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<count])
            guard (try? reader.read(into: part, at: done)) == count else { return nil }
            hasher.update(UnsafeRawBufferPointer(part))
            try aside.write(UnsafeRawBufferPointer(part), at: done, by: map)
            shared.making.context.progress.add(logical: count)
            done += UInt64(count)
        }
        return hasher.finalize()
    }
}
