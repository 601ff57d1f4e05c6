internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage

/// The requests of one channel, answered one after the other.
///
/// Holds at most a message's worth of a blob that is put, and as much of one that is read.
final class BlobSession {
    private let store: any BlobStore
    private let channel: Channel
    private lazy var buffer = IOBuffer(count: BlobWire.partMax)
    private var blob: IncomingBlob?
    /// Whether the blob before was put.
    private var isLastThere = true

    private let make: BlobService.Maker?

    init(_ store: any BlobStore, _ channel: Channel, _ make: BlobService.Maker?) {
        (self.store, self.channel, self.make) = (store, channel, make)
    }

    /// Answers one request; what fails in the store is told to the other side, and the next is waited for.
    ///
    /// - Throws: where the channel has ended, or the other side broke the protocol.
    func answer(_ message: Message) throws {
        guard let request = BlobWire.Request(rawValue: message.kind) else {
            throw WireFault.unknown("request \(message.kind) of the service blobs is not known here", channel.peer)
        }
        try message.withBytes { bytes in
            var fields = FieldReader(bytes, from: channel.peer)
            switch request {
            case .read: try read(&fields)
            case .info: try info(&fields)
            case .list: try list(&fields)
            case .delete: try delete(&fields)
            case .stage: try stage(&fields)
            case .data: try append(bytes)
            case .commit:
                isLastThere = true
                try commit(&fields, completing: nil)
            case .commitNext: try commit(&fields, completing: nil)
            case .records: try append(records: bytes)
            case .complete: try complete(&fields)
            case .make: try makeBlob(&fields)
            case .drop: blob = nil
            case .fetch: try fetch(&fields)
            }
        }
    }

    private func read(_ fields: inout FieldReader) throws {
        let (offset, count) = (try fields.number(UInt64.self), try fields.number(UInt64.self))
        let key = try BlobWire.key(&fields, channel.peer)
        try fields.finish()
        try attempt {
            // Longer reads take several steps, and all must be of one state.
            let version = count > UInt64(BlobWire.partMax) ? try store.info(key)?.version : nil
            var position = offset
            var left = count
            while true {
                let wish = Int(min(left, UInt64(BlobWire.partMax)))
                let got = try store.read(key, at: position, into: .init(rebasing: buffer.bytes[..<wish]))
                left -= UInt64(got)
                let isLast = got < wish || left == 0
                if isLast, let version, try store.info(key)?.version != version { throw changed(key) }
                let kind = isLast ? BlobWire.Answer.lastPart : .part
                try channel.send(kind.rawValue, [.init(rebasing: buffer.bytes[..<got])])
                if isLast { return }
                position += UInt64(got)
            }
        }
    }

    /// Gives all of one state of a blob, held in memory meanwhile.
    private func fetch(_ fields: inout FieldReader) throws {
        let limit = try fields.number(UInt64.self)
        let key = try BlobWire.key(&fields, channel.peer)
        try fields.finish()
        try attempt {
            guard let info = try store.info(key) else { return try channel.send(BlobWire.Answer.info.rawValue, [0]) }
            let most = min(limit, UInt64(BlobWire.fetchMax))
            guard info.size.bytes <= most, let found = try whole(info, ByteCount(most)) else {
                var out = FieldWriter()
                out.number(UInt8(2))
                BlobWire.write(info, to: &out)
                return try channel.send(BlobWire.Answer.info.rawValue, out.bytes)
            }
            var out = FieldWriter()
            out.number(UInt8(1))
            BlobWire.write(found.info, to: &out)
            try channel.send(BlobWire.Answer.info.rawValue, out.bytes)
            try found.bytes.withUnsafeBytes { bytes in
                var rest = bytes[...]
                repeat {
                    let part = rest.prefix(BlobWire.partMax)
                    rest = rest.dropFirst(part.count)
                    let kind = rest.isEmpty ? BlobWire.Answer.lastPart : .part
                    try channel.send(kind.rawValue, [.init(rebasing: part)])
                } while !rest.isEmpty
            }
        }
    }

    /// All of one state of a blob, with its version where it has one; nil where it has gone or grown meanwhile.
    private func whole(_ info: BlobInfo, _ limit: ByteCount) throws -> (info: BlobInfo, bytes: [UInt8])? {
        do {
            let bytes: [UInt8]
            let version: BlobVersion?
            if info.version == nil {
                (bytes, version) = (try store.get(info.key, limit: limit), nil)
            } else {
                guard let found = try store.fetch(info.key, limit: limit) else { return nil }
                (bytes, version) = (found.bytes, found.version)
            }
            let now = BlobInfo(
                key: info.key, size: ByteCount(bytes.count), version: version, modified: info.modified)
            return (now, bytes)
        } catch let error as PerigeeError where [.notFound, .limit].contains(error.code) {
            return nil
        }
    }

    private func changed(_ key: BlobKey) -> PerigeeError {
        PerigeeError(
            .changed, "the blob was replaced while it was read", at: "\(store.name)/\(key)", remedy: "read it again",
            canRetry: true)
    }

    private func info(_ fields: inout FieldReader) throws {
        let key = try BlobWire.key(&fields, channel.peer)
        try fields.finish()
        try attempt {
            var out = FieldWriter()
            let info = try store.info(key)
            out.number(UInt8(info == nil ? 0 : 1))
            if let info { BlobWire.write(info, to: &out) }
            try channel.send(BlobWire.Answer.info.rawValue, out.bytes)
        }
    }

    private func list(_ fields: inout FieldReader) throws {
        let limit = Int(try fields.number(UInt32.self))
        let prefix = try fields.text(limit: BlobKey.lengthMax + 1)
        let cursor = try fields.text(limit: BlobKey.lengthMax)
        try fields.finish()
        guard limit <= BlobWire.listMax, cursor.isEmpty || BlobKey(cursor) != nil else {
            throw WireFault.outOfTurn("a listing is asked for in a way that makes no sense", channel.peer)
        }
        try attempt {
            var out = FieldWriter()
            let infos = try store.list(prefix, after: BlobKey(cursor), limit: limit)
            out.number(UInt32(infos.count))
            for info in infos {
                out.text(info.key.text)
                BlobWire.write(info, to: &out)
            }
            try channel.send(BlobWire.Answer.list.rawValue, out.bytes)
        }
    }

    private func delete(_ fields: inout FieldReader) throws {
        let key = try BlobWire.key(&fields, channel.peer)
        try fields.finish()
        try attempt {
            try store.delete(key)
            try channel.send(BlobWire.Answer.done.rawValue)
        }
    }

    private func stage(_ fields: inout FieldReader) throws {
        try fields.finish()
        guard blob == nil else { throw WireFault.outOfTurn("a blob begins within another", channel.peer) }
        blob = IncomingBlob(store)
        channel.widen(to: BlobWire.window)
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard let blob else { throw WireFault.outOfTurn("bytes of a blob that did not begin", channel.peer) }
        blob.append(bytes)
    }

    private func append(records: UnsafeRawBufferPointer) throws {
        guard let blob else { throw WireFault.outOfTurn("records of a blob that did not begin", channel.peer) }
        // Written together: they are short.
        var filled = 0
        func flush() {
            if filled > 0 { blob.append(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<filled])) }
            filled = 0
        }
        try RecordShorthand.expand(records) { bytes in
            if filled + bytes.count > buffer.bytes.count { flush() }
            UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[filled...]).copyMemory(from: bytes)
            filled += bytes.count
        }
        flush()
    }

    private func complete(_ fields: inout FieldReader) throws {
        isLastThere = true
        try commit(&fields, completing: Digest(fields.raw(Digest.byteCount)))
    }

    private func commit(_ fields: inout FieldReader, completing tail: Digest?) throws {
        let condition = try BlobWire.condition(&fields, channel.peer)
        let key = try BlobWire.key(&fields, channel.peer)
        try fields.finish()
        guard let blob else { throw WireFault.outOfTurn("the end of a blob that did not begin", channel.peer) }
        self.blob = nil
        let mayPut = isLastThere
        isLastThere = false
        try attempt {
            guard mayPut else {
                throw PerigeeError(
                    .refused, "the blob before it was not put", at: "\(store.name)/\(key)",
                    remedy: "see why that failed, then put both")
            }
            if let tail { try blob.complete(tail) }
            try tell(blob.commit(as: key, if: condition))
        }
    }

    private func makeBlob(_ fields: inout FieldReader) throws {
        let recipe = try BlobWire.recipe(&fields, channel.peer)
        let condition = try BlobWire.condition(&fields, channel.peer)
        let key = try BlobWire.key(&fields, channel.peer)
        try fields.finish()
        isLastThere = false
        try attempt {
            guard let version = try make?(store, key, recipe, condition) else {
                return try channel.send(BlobWire.Answer.done.rawValue)
            }
            try tell(version)
        }
    }

    private func tell(_ version: BlobVersion) throws {
        isLastThere = true
        var out = FieldWriter()
        out.text(version.token, limit: BlobWire.versionMax)
        try channel.send(BlobWire.Answer.version.rawValue, out.bytes)
    }

    /// Tells the other side where `body` fails; what the channel itself ended with is thrown by its next use.
    private func attempt(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            try channel.send(BlobWire.Answer.failed.rawValue, ErrorCoding.encode(error))
        }
    }
}
