internal import COpenSSL
internal import Hashing
internal import Model

/// What one guess of a passphrase costs: the parameters of scrypt (RFC 7914).
public struct KeyCost: Hashable, Sendable {
    /// The bounds of log2 N; the upper one keeps a hostile key blob from asking for more than 1 GiB of memory.
    public static let logCostBounds: ClosedRange<UInt8> = 4...20
    /// The largest r.
    public static let blockSizeMax: UInt32 = 8
    /// The largest p.
    public static let parallelismMax: UInt32 = 4

    /// The binary logarithm of N; 128 * N * r bytes of memory are used.
    public let logCost: UInt8
    /// r.
    public let blockSize: UInt32
    /// p.
    public let parallelism: UInt32

    /// N = 2^16, r = 8, p = 1: 64 MiB and a fifth of a second a guess.
    public static let standard = KeyCost(logCost: 16)

    /// For tests alone: sixteen rounds, which slow down nobody.
    package static let trivial = KeyCost(logCost: 4)

    private init(logCost: UInt8) {
        self.logCost = logCost
        blockSize = 8
        parallelism = 1
    }

    /// A cost.
    ///
    /// - Throws: `limit` where a parameter is out of its bounds.
    public init(logCost: UInt8, blockSize: UInt32, parallelism: UInt32) throws {
        guard Self.logCostBounds.contains(logCost), (1...Self.blockSizeMax).contains(blockSize),
            (1...Self.parallelismMax).contains(parallelism)
        else {
            throw PerigeeError(
                .limit, "scrypt with log N \(logCost), r \(blockSize), p \(parallelism) is out of bounds")
        }
        self.logCost = logCost
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// scrypt of `passphrase` and `salt`.
    func key(of passphrase: [UInt8], salt: [UInt8]) throws -> HashKey {
        let rounds = UInt64(1) << UInt64(logCost)
        let memoryMax = 128 * UInt64(blockSize) * (rounds + UInt64(parallelism) + 2) + (1 << 20)
        var key = [UInt8](repeating: 0, count: HashKey.byteCount)
        let status = passphrase.withUnsafeBytes { text in
            EVP_PBE_scrypt(
                text.bindMemory(to: CChar.self).baseAddress, text.count, salt, salt.count, rounds, UInt64(blockSize),
                UInt64(parallelism), memoryMax, &key, key.count)
        }
        guard status == 1 else {
            throw PerigeeError(
                .limit, "scrypt failed", remedy: "it needs \(ByteCount(memoryMax)) of memory: see that so much is free")
        }
        return key.withUnsafeBytes { HashKey($0) }
    }
}
