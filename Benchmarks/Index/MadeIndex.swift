import Content
import Foundation
import Harness
import Hashing
import Storage
import Vault
import Yardsticks

/// A vault whose index lists so many IDs.
///
/// It lies in `PERIGEE_BENCH_SCRATCH`, where the next benchmark finds it, or in a folder of its own.
final class MadeIndex {
    /// How many IDs it lists.
    let count: Int
    /// The vault.
    let vault: Vault
    private let scratch: ScratchFolder?

    private static let secret = Secret.keyFile([UInt8](repeating: 1, count: Secret.keyFileBytesMin))

    init(_ count: Int) throws {
        self.count = count
        let kept = Settings["PERIGEE_BENCH_SCRATCH"].map { "\($0)/index-\(count)" }
        scratch = kept == nil ? try ScratchFolder(in: NSTemporaryDirectory()) : nil
        let path = kept ?? scratch?.fresh("vault") ?? ""
        if !FileManager.default.fileExists(atPath: path) { try Self.make(count, at: path) }
        vault = try Vault.open(at: DirectoryStore(path: path), secret: Self.secret)
    }

    /// The ID number `index`; those from `count` on are in no vault.
    static func id(_ index: Int) -> ContentID {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var state = UInt64(index) &* 0x2545_f491_4f6c_dd1d
        func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
            return z ^ z >> 31
        }
        words = (next(), next(), next(), next())
        return ContentID(withUnsafeBytes(of: words) { Digest($0) })
    }

    /// Writes a record of one byte for each ID, by the way that every run takes, and lists them.
    private static func make(_ count: Int, at path: String) throws {
        let aside = path + ".new"
        try? FileManager.default.removeItem(atPath: aside)
        let vault = try Vault.create(
            at: DirectoryStore(path: aside, create: true), secret: secret,
            options: VaultOptions(keyCost: KeyCost(logCost: 4, blockSize: 8, parallelism: 1)))
        let session = try vault.beginWriting(.stored)
        let writer = try session.chunkWriter()
        try [UInt8(0)].withUnsafeBytes { plain in
            for index in 0..<count { _ = try writer.add(plain, id: id(index)) }
        }
        try writer.finish()
        try session.flushIndex()
        // The packs have served: the index is what is looked at.
        try FileManager.default.removeItem(atPath: aside + "/packs")
        try FileManager.default.moveItem(atPath: aside, toPath: path)
    }
}
