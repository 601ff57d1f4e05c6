internal import Content
internal import Files
internal import Hashing
internal import Model

/// Takes messages with records and data apart.
///
/// One for each thread.
final class BatchReader {
    private let decompressor: Decompressor
    private let recordRoom = IOBuffer(count: ExchangeLimits.block)
    private let dataRoom = IOBuffer(count: ExchangeLimits.block)

    init() throws { decompressor = try Decompressor() }

    /// Calls `body` with a reader of the records of `message`, and one of the data that they take in order.
    func read(
        _ message: [UInt8], _ body: (inout MessageReader, inout MessageReader) throws -> Void
    ) throws {
        try MessageReader.read(message) { input in
            guard FileMessage(rawValue: try input.byte()) == .batch else {
                throw ExchangeFault.hostile("something else where files were due")
            }
            let digest = try input.raw(BatchWriter.digestCount)
            let records = try BlockCoding.decode(&input, by: decompressor, room: recordRoom.bytes)
            let data = try BlockCoding.decode(&input, by: decompressor, room: dataRoom.bytes)
            _ = try Self.checked(records, data, digest)
            var (recordReader, dataReader) = (MessageReader(records), MessageReader(data))
            while !recordReader.isAtEnd { try body(&recordReader, &dataReader) }
            try dataReader.finish()
        }
    }

    /// The same of a message of an estimate, with a reader of the names of files that were to be named.
    ///
    /// - Returns: how much data would have come with it.
    func readRehearsed(
        _ message: [UInt8], _ body: (inout MessageReader, inout MessageReader) throws -> Void
    ) throws -> RehearsedData {
        try MessageReader.read(message) { input in
            guard FileMessage(rawValue: try input.byte()) == .rehearsed else {
                throw ExchangeFault.hostile("something else where files were to be told")
            }
            let digest = try input.raw(BatchWriter.digestCount)
            let records = try BlockCoding.decode(&input, by: decompressor, room: recordRoom.bytes)
            let found = try Self.checked(records, UnsafeRawBufferPointer(start: nil, count: 0), digest)
            let told = input.remaining
            let plain = try input.number(upTo: ExchangeLimits.block, "data of a message")
            let made = try input.number(upTo: ExchangeLimits.message + 1, "a compressed length")
            let bound = try input.number()
            var names = MessageReader(try input.counted(upTo: ExchangeLimits.names, "names of files"))
            var recordReader = MessageReader(records)
            while !recordReader.isAtEnd { try body(&recordReader, &names) }
            try names.finish()
            return RehearsedData(
                prefix: found.prefix, plain: plain, made: made > 0 ? made - 1 : nil, told: told, bound: bound)
        }
    }

    /// The digest of records and their data, which has to begin with the one that came with them.
    private static func checked(
        _ records: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, _ told: UnsafeRawBufferPointer
    ) throws -> Digest {
        let found = BatchWriter.digest(records, data)
        guard found.withUnsafeBytes({ $0.prefix(BatchWriter.digestCount).elementsEqual(told) }) else {
            throw ExchangeFault.hostile("bytes that are not those that their digest names")
        }
        return found
    }
}
