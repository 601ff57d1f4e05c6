/// What the golden vaults of format version 1 hold; never to be changed.
public enum GoldenVault {
    /// The name of the dataset.
    public static let dataset = "golden"
    /// The passphrase that opens them.
    public static let passphrase = "correct horse battery staple"
    /// The bytes of the key file that opens them too.
    public static let keyFile = (0..<64).map { UInt8(truncatingIfNeeded: 3 + $0 * 37) }
    /// The folders below `VaultTests/Golden/Vaults`, each called after the cipher of its vault.
    public static let ciphers = ["aes-256-gcm", "chacha20-poly1305"]
    /// The length of each chunk but the last of a file.
    public static let chunkLength = 1000

    /// The files of its two snapshots, the older one first.
    public static let snapshots: [[(path: String, bytes: [UInt8])]] = [
        [
            ("data/large", noise(20_500, 1)),
            ("data/same-as-large", noise(20_500, 1)),
            ("data/zeros", [UInt8](repeating: 0, count: 2500)),
            ("docs/empty", []),
            ("docs/hello", Array("Hello, vault.\n".utf8)),
        ],
        [
            ("data/large", noise(20_500, 1) + noise(4321, 2)),
            ("docs/empty", []),
            ("docs/hello", Array("Hello again, vault.\n".utf8)),
            ("docs/names/\u{e4}\u{f6}\u{fc}", Array("not ASCII\n".utf8)),
        ],
    ]

    /// The folders on the way to the files of a snapshot.
    public static func folders(_ snapshot: Int) -> [String] {
        var folders: Set<String> = []
        for (path, _) in snapshots[snapshot] {
            let parts = path.split(separator: "/").dropLast()
            for count in 1...parts.count { folders.insert(parts.prefix(count).joined(separator: "/")) }
        }
        return folders.sorted()
    }

    /// Bytes without a pattern that a compressor finds, the same for ever: the high bytes of a linear congruence.
    private static func noise(_ count: Int, _ start: UInt64) -> [UInt8] {
        var state = start
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }
}
