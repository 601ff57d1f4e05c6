internal import Hashing

/// The parts of a pack that are not records; version 1, all numbers little-endian.
///
/// | part | bytes |
/// |---|---|
/// | head | `PERIPACK`, version 1 (4), zero (4) |
/// | records | back to back, each a ``RecordHeader`` and its sealed bytes |
/// | directory | a ``PackEntry`` for each record, in order |
/// | footer | offset of the directory (8), number of entries (8), BLAKE3 of the directory (32), zero (8), `PERIFOOT` |
///
/// A pack is named by the BLAKE3 of all its bytes.
public enum PackFormat {
    /// The length of the head in bytes.
    public static let headCount = 16
    /// The length of the footer in bytes.
    public static let footerCount = 64
    /// The most records that a pack may have: its directory then takes 7 MiB.
    public static let entryCountMax = 131_072
    /// The version that this program writes and reads.
    public static let version: UInt32 = 1

    /// `PERIPACK` as a little-endian number.
    static let headMagic: UInt64 = 0x4b43_4150_4952_4550
    /// `PERIFOOT` as a little-endian number.
    static let footerMagic: UInt64 = 0x544f_4f46_4952_4550
}

extension PackFormat {
    /// The bytes that a pack begins with.
    static let head: [UInt8] = {
        var head = [UInt8](repeating: 0, count: headCount)
        head.withUnsafeMutableBytes {
            $0.storeLittle(headMagic, at: 0)
            $0.storeLittle(version, at: 8)
        }
        return head
    }()

    /// The directory of `entries` and the footer, behind head and records of `size` bytes.
    static func tail(of entries: [PackEntry], size: UInt64) -> [UInt8] {
        let directoryCount = entries.count * PackEntry.byteCount
        var tail = [UInt8](repeating: 0, count: directoryCount + footerCount)
        tail.withUnsafeMutableBytes { tail in
            for (index, entry) in entries.enumerated() {
                entry.encode(into: tail.slice(index * PackEntry.byteCount, PackEntry.byteCount))
            }
            let digest = Blake3.hash(UnsafeRawBufferPointer(tail.slice(0, directoryCount)))
            let footer = tail.slice(directoryCount, footerCount)
            footer.storeLittle(size, at: 0)
            footer.storeLittle(UInt64(entries.count), at: 8)
            digest.withUnsafeBytes { footer.storeBytes($0, at: 16) }
            footer.storeLittle(footerMagic, at: 56)
        }
        return tail
    }
}
