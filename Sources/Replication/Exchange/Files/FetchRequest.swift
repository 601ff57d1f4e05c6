internal import Content
internal import Files
internal import Model

/// A file that a destination asks for.
struct FetchRequest: Sendable {
    /// A number that no other request of the exchange has.
    var id: UInt64
    /// Where it is.
    var path: TreePath
    /// Whether the destination has something to hold its chunks against.
    var comparesChunks = false
    /// What the file seems to have been called; renamed if nothing has that name any more.
    var former: TreePath?
    /// Whether it is the same file for certain, so that nothing need be sent where the former name is gone.
    var isCertain = false
    /// Whether its chunks are to be told, and nothing of it sent.
    var isTold = false
    /// Whether what all of these chunks compress to is to be found out, and not only that of some.
    var measuresAll = false

    /// Whether another file of the same content may be told, if that was asked for before.
    var takesSame = false
    /// Whether, in an estimate, the name of a small file's data is to be told.
    var isNamed = false

    private static let compares: UInt8 = 1
    private static let renames: UInt8 = 2
    private static let certain: UInt8 = 4
    private static let tells: UInt8 = 8
    private static let measures: UInt8 = 16
    private static let same: UInt8 = 32
    private static let names: UInt8 = 64
    private static let known = compares | renames | certain | tells | measures | same | names

    /// The message that asks for `requests`, whose numbers follow one another.
    static func encode(_ requests: [FetchRequest], by compressor: Compressor, _ scratch: IOBuffer) throws -> [UInt8] {
        var plain = MessageWriter()
        plain.number(requests.first?.id ?? 0)
        plain.number(requests.count)
        var last: [UInt8] = []
        for request in requests {
            var flags: UInt8 = 0
            if request.comparesChunks { flags |= compares }
            if request.former != nil { flags |= renames }
            if request.isCertain { flags |= certain }
            if request.isTold { flags |= tells }
            if request.measuresAll { flags |= measures }
            if request.takesSame { flags |= same }
            if request.isNamed { flags |= names }
            plain.byte(flags)
            PathCoding.encode(request.path, after: last, into: &plain)
            last = request.path.bytes
            if let former = request.former { PathCoding.encode(former, after: last, into: &plain) }
        }
        var out = MessageWriter(FileMessage.fetch)
        try plain.bytes.withUnsafeBytes {
            try BlockCoding.encode($0, by: compressor, scratch: scratch.bytes, into: &out)
        }
        return out.bytes
    }

    /// Reads what follows the kind of such a message.
    static func decode(
        _ input: inout MessageReader, by decompressor: Decompressor, _ room: IOBuffer
    ) throws -> [FetchRequest] {
        let plain = try BlockCoding.decode(&input, by: decompressor, room: room.bytes)
        var reader = MessageReader(plain)
        let first = try reader.number()
        let count = try reader.number(upTo: ExchangeLimits.requests, "a count of requests")
        guard first < UInt64.max / 2 else { throw ExchangeFault.hostile("a number of a request that is too large") }
        var (requests, last) = ([FetchRequest](), [UInt8]())
        for index in 0..<count {
            let flags = try reader.byte()
            guard flags & ~known == 0 else {
                throw ExchangeFault.hostile("a request that is not known")
            }
            let path = try PathCoding.decode(&reader, after: last)
            guard !path.isRoot else { throw ExchangeFault.hostile("a request for the root as a file") }
            last = path.bytes
            requests.append(
                FetchRequest(
                    id: first + UInt64(index), path: path, comparesChunks: flags & compares != 0,
                    former: flags & renames != 0 ? try PathCoding.decode(&reader, after: last) : nil,
                    isCertain: flags & certain != 0, isTold: flags & tells != 0,
                    measuresAll: flags & measures != 0, takesSame: flags & same != 0, isNamed: flags & names != 0))
        }
        try reader.finish()
        return requests
    }
}

/// The chunks of a stretch that a destination wants.
struct WantedChunks: Sendable {
    /// The request that the file was asked for by.
    var id: UInt64
    /// Which stretch of it.
    var stretch: Int
    /// A bit a chunk that is wanted whole, the lowest bit of the first byte first.
    var bits: [UInt8]
    /// A bit a chunk that is wanted as a patch of the pieces that ``names`` name.
    var patched: [UInt8] = []
    /// The names of pieces that the destination has; see ``FineSignature``.
    var names: [UInt8] = []

    /// Whether nothing is wanted.
    var isEmpty: Bool { bits.allSatisfy { $0 == 0 } && patched.allSatisfy { $0 == 0 } }

    /// Whether the chunk at `index` is wanted whole.
    func wants(_ index: Int) -> Bool { Self.isSet(bits, index) }

    /// Whether the chunk at `index` is wanted as a patch.
    func wantsPatch(_ index: Int) -> Bool { Self.isSet(patched, index) }

    private static func isSet(_ bits: [UInt8], _ index: Int) -> Bool {
        index >> 3 < bits.count && bits[index >> 3] >> (index & 7) & 1 == 1
    }

    func encoded() -> [UInt8] {
        var out = MessageWriter(FileMessage.want)
        out.number(id)
        out.number(stretch)
        out.counted(bits)
        out.counted(patched)
        out.counted(names)
        return out.bytes
    }

    static func decode(_ input: inout MessageReader) throws -> WantedChunks {
        WantedChunks(
            id: try input.number(), stretch: try input.number(upTo: 1 << 32, "the number of a stretch"),
            bits: Array(try input.counted(upTo: 1 << 12, "a map of chunks")),
            patched: Array(try input.counted(upTo: 1 << 12, "a map of chunks")),
            names: Array(try input.counted(upTo: ExchangeLimits.names, "the names of pieces")))
    }
}
