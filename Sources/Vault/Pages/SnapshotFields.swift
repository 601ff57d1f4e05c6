internal import Content
internal import Hashing
internal import Model

/// The fields of a snapshot's page while it is written or read.
struct SnapshotFields {
    // Ascending in tags; those before `next` are taken.
    private var fields: [SnapshotPage.Field] = []
    private var next = 0

    /// No fields.
    init() {}

    /// The fields up to the end of a page.
    init(_ input: inout PageInput) throws(PageFault) {
        while input.remaining > 0 {
            let tag = try input.varint()
            guard tag > fields.last?.tag ?? 0 else { throw PageFault("holds fields out of order") }
            let bytes = Array(try input.counted(upTo: PageLimits.page, "holds a field above 1 MiB"))
            guard tag >= SnapshotPage.firstAddition || SnapshotPage.Tag(rawValue: tag) != nil else {
                throw PageFault("the snapshot has a field that this program does not know", .unsupported)
            }
            fields.append(SnapshotPage.Field(tag: tag, bytes: bytes))
        }
    }
}

// Writing.
extension SnapshotFields {
    /// Adds a field, whose tag is above all before it.
    mutating func append(_ field: SnapshotPage.Field) { fields.append(field) }

    /// Adds numbers, whatever they are.
    mutating func numbers(_ tag: SnapshotPage.Tag, _ values: [UInt64]) {
        var output = PageOutput(capacity: values.count * 10)
        for value in values { output.append(upTo: 10) { $0.varint(value) } }
        append(SnapshotPage.Field(tag: tag.rawValue, bytes: output.withBytes { Array($0) }))
    }

    /// Adds a number that is not zero.
    mutating func number(_ tag: SnapshotPage.Tag, _ value: UInt64) {
        if value != 0 { numbers(tag, [value]) }
    }

    /// Adds a text that is not empty.
    mutating func text(_ tag: SnapshotPage.Tag, _ text: String) {
        if !text.isEmpty { append(SnapshotPage.Field(tag: tag.rawValue, bytes: Array(text.utf8))) }
    }

    /// Adds an ID.
    mutating func id(_ tag: SnapshotPage.Tag, _ id: ContentID) {
        append(SnapshotPage.Field(tag: tag.rawValue, bytes: id.digest.withUnsafeBytes { Array($0) }))
    }

    /// The page of all fields.
    var page: [UInt8] {
        var output = PageOutput()
        output.begin(.snapshot)
        for field in fields {
            output.append(upTo: field.bytes.count + 20) { pen in
                pen.varint(field.tag)
                pen.counted(field.bytes)
            }
        }
        return output.withBytes { Array($0) }
    }
}

// Reading, in the order of tags.
extension SnapshotFields {
    private mutating func take(_ tag: SnapshotPage.Tag) -> [UInt8]? {
        guard next < fields.count, fields[next].tag == tag.rawValue else { return nil }
        defer { next += 1 }
        return fields[next].bytes
    }

    /// Exactly `count` numbers, in a field that must be there.
    mutating func takeNumbers(_ tag: SnapshotPage.Tag, count: Int) throws(PageFault) -> [UInt64] {
        guard let bytes = take(tag) else { throw PageFault("lacks a field") }
        return try bytes.withUnsafeBufferPointer { (buffer) throws(PageFault) -> [UInt64] in
            var input = PageInput(UnsafeRawBufferPointer(buffer))
            var values = [UInt64]()
            for _ in 0..<count { values.append(try input.varint()) }
            guard input.remaining == 0 else { throw PageFault("holds a field that is too long") }
            return values
        }
    }

    /// A number; zero where there is no such field.
    mutating func takeNumber(_ tag: SnapshotPage.Tag) throws(PageFault) -> UInt64 {
        guard next < fields.count, fields[next].tag == tag.rawValue else { return 0 }
        let value = try takeNumbers(tag, count: 1)[0]
        guard value != 0 else { throw PageFault("holds a field that is zero and should be left out") }
        return value
    }

    /// A text; empty where there is no such field.
    mutating func takeText(_ tag: SnapshotPage.Tag) throws(PageFault) -> String {
        guard let bytes = take(tag) else { return "" }
        guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else {
            throw PageFault("holds a text that is empty or not UTF-8")
        }
        return text
    }

    /// An ID, if there is such a field.
    mutating func takeID(_ tag: SnapshotPage.Tag) throws(PageFault) -> ContentID? {
        guard let bytes = take(tag) else { return nil }
        guard bytes.count == Digest.byteCount else { throw PageFault("holds an ID that has not 32 bytes") }
        return bytes.withUnsafeBytes { ContentID(Digest($0)) }
    }

    /// What is left: fields of a newer version, since all others have been taken.
    mutating func takeAdditions() -> [SnapshotPage.Field] {
        let rest = fields[next...]
        next = fields.count
        return Array(rest)
    }
}
