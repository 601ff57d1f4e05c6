internal import Foundation

/// What a user can say of a run, in environment variables.
public enum Settings {
    /// The value of a variable; nil where it is not set or empty.
    public static subscript(_ name: String) -> String? {
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { return nil }
        return value
    }

    /// The number in a variable.
    public static func number(_ name: String, usual: Int) -> Int { self[name].flatMap { Int($0) } ?? usual }

    /// A shared library of the official BLAKE3 in C.
    public static var officialBlake3: String? { self["PERIGEE_BENCH_BLAKE3"] }
    /// A file of bfloat16 weights.
    public static var bfloat16: String? { self["PERIGEE_BENCH_BF16"] }
    /// A file of float32 weights.
    public static var float32: String? { self["PERIGEE_BENCH_FP32"] }
    /// Folders that hold versions of one thing each, set apart by colons.
    public static var versions: [String] {
        (self["PERIGEE_BENCH_VERSIONS"] ?? "").split(separator: ":").map { String($0) }
    }
    /// The folder to move trees in.
    public static var folder: String? { self["PERIGEE_BENCH_FOLDER"] }
    /// How many IDs the index is made of.
    public static var identifiers: Int { number("PERIGEE_BENCH_IDS", usual: 10_000_000) }
    /// How many files a tree has that did not change.
    public static var files: Int { number("PERIGEE_BENCH_FILES", usual: 100_000) }
}
