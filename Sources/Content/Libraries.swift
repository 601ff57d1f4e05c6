internal import CLZ4
internal import COpenSSL
internal import CZstd

/// The libraries that compress and seal, as they are loaded now.
public enum Libraries {
    /// Name and version of each, by name.
    public static var versions: [(name: String, version: String)] {
        [
            ("lz4", LZ4_versionString().map { String(cString: $0) } ?? "unknown"),
            ("openssl", OpenSSL_version(versionAlone).map { String(cString: $0) } ?? "unknown"),
            ("zstd", ZSTD_versionString().map { String(cString: $0) } ?? "unknown"),
        ]
    }

    /// `OPENSSL_VERSION_STRING`: the version alone, without name and date.
    private static let versionAlone: Int32 = 6
}
