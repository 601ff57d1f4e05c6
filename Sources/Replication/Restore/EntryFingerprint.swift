internal import Content
internal import Hashing
internal import Model
internal import Vault

/// A digest of all that a snapshot says of an entry but its path: two entries with the same one are the same on disk.
enum EntryFingerprint {
    /// The fingerprint of `entry`.
    static func of(_ entry: Entry) -> Digest {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        let attributes = entry.attributes
        func add(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func add(_ field: [UInt8]) {
            add(UInt64(field.count))
            bytes.append(contentsOf: field)
        }
        add(attributes.kind.rawValue)
        add(attributes.mode)
        add(attributes.owner)
        add(attributes.group)
        add(attributes.modified.seconds)
        add(attributes.modified.nanoseconds)
        add(attributes.size)
        add(attributes.device)
        add(attributes.linkGroup ?? 0)
        add(attributes.target)
        add(UInt64(attributes.extended.count))
        for attribute in attributes.extended {
            add(attribute.name)
            add(attribute.value)
        }
        add(UInt64(attributes.holes.count))
        for hole in attributes.holes {
            add(hole.offset)
            add(hole.length)
        }
        switch entry.content {
        case .none: add(UInt8(0))
        case .inline(let chunks):
            add(UInt8(1))
            for chunk in chunks { chunk.id.digest.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        case .paged(let root, let chunks):
            add(UInt8(2))
            add(chunks)
            root.digest.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes.withUnsafeBytes { Blake3.hash($0) }
    }
}
