internal import Hashing
internal import Model

/// The form in which records cross a link where the other end writes them out again: headers without what is the same in all
/// of them or follows, all in front, the sealed bytes behind.
///
/// A number of records, then of each:
///
/// | bytes | field |
/// |---|---|
/// | 1 | bits 0-3 codec, bit 4 kind, bit 5 cipher, bit 6 set where the epoch is that of the record before |
/// | varint | the epoch, where bit 6 is not set |
/// | varint | plain length |
/// | varint | sealed length, where the codec is not `stored` |
/// | 12 | nonce |
/// | 32 | content ID |
///
/// and then the sealed bytes of all. Varints are LEB128.
public enum RecordShorthand {
    /// Records of so many bytes on average and longer are not worth it: headers are less than 1 % of them.
    public static let worthwhile = 8 << 10
    /// The most that all before the sealed bytes takes of each record.
    public static let headMax = 1 + 5 + 4 + 4 + Nonce.byteCount + ContentID.byteCount
    /// The most that the number of records takes.
    public static let countMax = 5

    /// How much shorter the header of a record is told, of one that is not the first of its epoch.
    ///
    /// - Parameters:
    ///   - plain: the length of what it holds.
    ///   - sealed: that of its sealed bytes; nil where it is stored as it is.
    public static func saving(plain: UInt64, sealed: UInt64?) -> Int {
        RecordHeader.byteCount - 1 - length(plain) - (sealed.map(length) ?? 0) - Nonce.byteCount - ContentID.byteCount
    }

    /// The headers of `records`, which are whole and follow one another; nil where they are not.
    public static func headers(of records: UnsafeRawBufferPointer) -> [RecordHeader]? {
        var (headers, offset) = ([RecordHeader](), 0)
        while offset < records.count {
            guard let header = try? RecordHeader.decode(records.slice(offset, records.count - offset)) else {
                return nil
            }
            headers.append(header)
            offset += header.recordLength
        }
        return offset == records.count ? headers : nil
    }

    /// What stands before the sealed bytes of records with these `headers`.
    public static func heads(of headers: some Collection<RecordHeader>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(headers.count * headMax + countMax)
        append(UInt64(headers.count), to: &out)
        var epoch: UInt32?
        for header in headers {
            let isSame = header.epoch == epoch
            epoch = header.epoch
            out.append(
                header.codec.rawValue | header.kind.rawValue << 4 | header.cipher.rawValue << 5 | (isSame ? 0x40 : 0))
            if !isSame { append(UInt64(header.epoch), to: &out) }
            append(UInt64(header.plainLength), to: &out)
            if header.codec != .stored { append(UInt64(header.sealedLength), to: &out) }
            header.nonce.withUnsafeBytes { out.append(contentsOf: $0) }
            header.id.digest.withUnsafeBytes { out.append(contentsOf: $0) }
        }
        return out
    }

    /// Calls `body` with the bytes of the records that `message` tells, part by part.
    ///
    /// - Throws: `damaged` where it is not of this form; and what `body` throws.
    public static func expand(
        _ message: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var input = Input(bytes: message)
        let headers = try readHeaders(&input)
        var header = [UInt8](repeating: 0, count: RecordHeader.byteCount)
        for next in headers {
            header.withUnsafeMutableBytes { next.encode(into: $0) }
            let sealed = try input.take(Int(next.sealedLength))
            try header.withUnsafeBytes { try body($0) }
            try body(sealed)
        }
        guard input.rest == 0 else { throw damaged("\(input.rest) bytes too many") }
    }

    private static func readHeaders(_ input: inout Input) throws -> [RecordHeader] {
        let count = try input.number()
        // So that no number is believed before its bytes are there.
        guard count <= UInt64(input.rest / (2 + Nonce.byteCount + ContentID.byteCount)) else {
            throw damaged("more records than it has bytes for")
        }
        var (headers, epoch) = ([RecordHeader](), UInt32?.none)
        for _ in 0..<count {
            let shape = try input.take(1)[0]
            guard let codec = Codec(rawValue: shape & 15), let kind = RecordKind(rawValue: shape >> 4 & 1),
                let cipher = Cipher(rawValue: shape >> 5 & 1), shape & 0x80 == 0
            else { throw damaged("a record of no known form") }
            let isSame = shape & 0x40 != 0
            let stated = isSame ? epoch : UInt32(exactly: try input.number())
            let plain = try input.number()
            let sealed = try codec == .stored ? plain &+ UInt64(Cipher.tagCount) : input.number()
            guard let stated, let plainLength = UInt32(exactly: plain), let sealedLength = UInt32(exactly: sealed),
                RecordHeader.lengthsAgree(plain: plainLength, sealed: sealedLength, codec: codec)
            else { throw damaged("a record whose numbers cannot be true") }
            epoch = stated
            headers.append(
                RecordHeader(
                    kind: kind, codec: codec, cipher: cipher, epoch: stated, plainLength: plainLength,
                    sealedLength: sealedLength, nonce: Nonce(try input.take(Nonce.byteCount)),
                    id: ContentID(try input.take(ContentID.byteCount))))
        }
        return headers
    }

    private static func append(_ number: UInt64, to out: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(rest))
    }

    /// How many bytes ``append(_:to:)`` takes.
    private static func length(_ number: UInt64) -> Int {
        max(1, (UInt64.bitWidth - number.leadingZeroBitCount + 6) / 7)
    }

    private static func damaged(_ what: String) -> PerigeeError {
        PerigeeError(
            .damaged, "records were told in a form that makes no sense: \(what)", remedy: "run the command again")
    }

    /// Reads bytes that may be anything.
    private struct Input {
        let bytes: UnsafeRawBufferPointer
        private var offset = 0

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        var rest: Int { bytes.count - offset }

        mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
            guard count <= rest else { throw damaged("it ends too early") }
            defer { offset += count }
            return bytes.slice(offset, count)
        }

        mutating func number() throws -> UInt64 {
            var (value, shift) = (UInt64(0), UInt64(0))
            while true {
                let byte = try take(1)[0]
                guard shift < 35 else { throw damaged("a number that is too large") }
                value |= UInt64(byte & 0x7f) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }
    }
}
