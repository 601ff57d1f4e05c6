internal import Files
internal import Hashing
internal import Model
internal import Workers

// Files that are complete.
extension RehearsalWorker {
    /// So many bytes of a file are dealt with.
    func add(_ count: Int, to file: ReceivedFile) throws {
        shared.making.context.progress.add(logical: count)
        if file.add(UInt64(count)) { try complete(file) }
    }

    /// All of a file was told.
    func complete(_ file: ReceivedFile) throws {
        if file.action.isTold { return try completeTold(file) }
        let state = file.change { $0 }
        guard let making = state.making else { return leave(file) }
        let head = making.head
        var counts = Tally.Counts()
        counts.readBytes = head.attributes.dataSize
        if state.deferredBytes == head.attributes.dataSize, making.held != nil {
            switch making.first {
            case .existing: return keep(file, head)
            case .former where head.formerIsGone:
                tally.add(\.renamed)
                tally.add(\.reusedBytes, head.attributes.size)
                return leave(file)
            case .former, .part: break
            }
        }
        if head.way == .chunks {
            (counts.chunks, counts.missingChunks) = (state.chunks, state.missing.chunks)
            counts.missingBytes = state.missing.bytes
            if file.action.kin != nil {
                shared.kin.note(wasOfUse: state.missing.bytes < head.attributes.dataSize / 8 * 7)
            }
        } else {
            counts.missingBytes = head.attributes.dataSize
        }
        counts.reusedBytes = head.attributes.dataSize - min(head.attributes.dataSize, counts.missingBytes)
        tally.add(counts)
        countWritten(file, head)
    }

    /// A file of which only the chunks were told: it is there, or is asked for.
    private func completeTold(_ file: ReceivedFile) throws {
        let (chunks, making) = file.change { ($0.told.flatMap { $0.chunks.chunks }, $0.making) }
        let isThere = try chunks.allSatisfy { try looker?.elsewhere($0.id, length: $0.length) != nil }
        guard isThere, let head = making?.head else {
            var action = file.action
            action.isTold = false
            shared.receiver.forget(file.id)
            return try shared.receiver.fetchAgain(action)
        }
        tally.add(\.chunks, UInt64(chunks.count))
        tally.add(\.reusedBytes, head.attributes.dataSize)
        countWritten(file, head)
    }

    /// A small file would come whole; where its name was told it is held against what is there.
    func settleSmall(_ file: ReceivedFile, _ head: FileHead, _ name: Digest?) {
        let size = head.attributes.dataSize
        tally.add(\.readBytes, size)
        shared.making.context.progress.add(logical: Int(clamping: size))
        if let name {
            if let former = file.action.former, head.formerIsGone, isSame(head, name, at: former.path) {
                tally.add(\.renamed)
                tally.add(\.reusedBytes, head.attributes.size)
                return leave(file)
            }
            let existing = file.action.existing
            if existing?.attributes.kind == .file, isSame(head, name, at: file.action.scanned.path) {
                return keep(file, head)
            }
        }
        tally.add(\.missingBytes, size)
        countWritten(file, head)
    }

    /// Whether the destination's file at `path` has the content `name`.
    private func isSame(_ head: FileHead, _ name: Digest, at path: TreePath) -> Bool {
        guard let looker, let reader = try? looker.reader(at: path),
            reader.attributes.size == head.attributes.size, reader.attributes.holes == head.attributes.holes
        else { return false }
        let room = looker.patchRoom(Int(clamping: reader.dataSize))
        guard (try? reader.read(into: room, at: 0)) == room.count else { return false }
        return Blake3.hash(UnsafeRawBufferPointer(room), key: shared.begin.key) == name
    }

    /// The bytes are there: at most the attributes change.
    private func keep(_ file: ReceivedFile, _ head: FileHead) {
        var isSame = false
        if let existing = file.action.existing, var there = try? looker?.writer.attributes(of: existing) {
            there.holes = head.attributes.holes
            isSame = there == head.attributes
        }
        tally.add(\.reusedBytes, head.attributes.size)
        tally.add(isSame ? \.unchanged : \.changed)
        leave(file)
    }

    /// The file would be written anew.
    func countWritten(_ file: ReceivedFile, _ head: FileHead) {
        tally.add(file.action.existing == nil ? \.new : \.changed)
        tally.add(\.writtenBytes, head.attributes.dataSize)
        leave(file)
    }

    /// Does `body`; what fails there is counted as it was seen.
    func noting(_ file: ReceivedFile, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as PerigeeError where error.code != .interrupted && error.place != ExchangeFault.ended.place {
            try fail(file, error)
        }
    }

    /// The file could not be read, or changed meanwhile; a run would try again.
    func fail(_ file: ReceivedFile, _ error: PerigeeError) throws {
        guard file.giveUp() else { return }
        if error.code == .changed {
            tally.warn("\(file.action.scanned.path): changed while it was read, and counted as it was then")
            tally.add(file.action.existing == nil ? \.new : \.changed)
        } else {
            tally.fail(file.action.scanned.path, error)
        }
        leave(file)
    }

    func leave(_ file: ReceivedFile) {
        shared.receiver.forget(file.id)
        shared.receiver.leave(file.action)
    }
}
