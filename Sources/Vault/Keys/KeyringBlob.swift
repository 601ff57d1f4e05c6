internal import Content
internal import Hashing
internal import Model

/// The blob `keyring`: the dedup domain's ID key and the epochs' keys, sealed under the master key.
///
/// Sealed as ``SealedBlob`` says with the magic `PERIRING`. The plain bytes, little-endian: the current epoch (4), the
/// number of epochs (4), the ID key (32), then for each epoch in ascending order its number (4) and key (32).
enum KeyringBlob {
    static let magic: StaticString = "PERIRING"
    /// The most epochs of a keyring.
    static let epochsMax = 4096
    /// The most bytes of the blob.
    static let sizeMax = 64 + 40 + epochsMax * 36

    static func plain(_ ring: KeyRing) -> [UInt8] {
        var out = FieldWriter()
        out.number(ring.currentEpoch)
        out.number(UInt32(ring.epochs.count))
        ring.idKey.withUnsafeBytes { out.raw($0) }
        for (epoch, key) in ring.epochs.sorted(by: { $0.key < $1.key }) {
            out.number(epoch)
            key.withUnsafeBytes { out.raw($0) }
        }
        return out.bytes
    }

    static func decode(_ plain: [UInt8], at place: String) throws -> KeyRing {
        var fields = FieldReader(plain, at: place)
        let current = try fields.number(UInt32.self)
        let count = Int(try fields.number(UInt32.self))
        guard count <= epochsMax else { throw fields.damaged("has \(count) epochs, more than \(epochsMax)") }
        func key() throws -> HashKey { try Array(fields.raw(HashKey.byteCount)).withUnsafeBytes { HashKey($0) } }
        let idKey = try key()
        var epochs: [UInt32: HashKey] = [:]
        for _ in 0..<count {
            let epoch = try fields.number(UInt32.self)
            epochs[epoch] = try key()
        }
        try fields.finish()
        guard epochs.count == count, epochs[current] != nil else { throw fields.damaged("has an epoch without a key") }
        return KeyRing(idKey: idKey, epochs: epochs, current: current)
    }
}
