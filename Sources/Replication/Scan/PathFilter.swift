public import Model

/// What of a tree belongs to a dataset: patterns that leave names out or take them in again.
///
/// The rules are asked in the order in which they were given, and **the last one that matches wins**; what none matches
/// belongs to the dataset. So `exclude *.o`, `include keep.o` leaves out all object files but those named `keep.o`. A
/// folder that is left out is not entered: nothing below it can be taken in again. To keep one file of a folder, leave out
/// what lies in it, not the folder: `exclude build/*`, `include build/keep`.
///
/// A pattern is matched against the path from the root of the tree:
/// - without a `/` or `**` inside it is matched against the last name, at any depth: `*.o`;
/// - with one, it is matched against whole names at the end of the path, at any depth: `docs/*.pdf` also matches
///   `a/docs/b.pdf`;
/// - a `/` in front ties it to the root: `/build`;
/// - a `/` at the end matches folders only: `cache/`;
/// - `*` stands for any bytes but `/`, `?` for one byte but `/`, `[a-z]` and `[!a-z]` for one of a set;
/// - `**` stands for any bytes, `/` included; `**/` also for no folder at all;
/// - `\` takes the next byte as it is.
///
/// Patterns see bytes: a letter that takes two bytes in UTF-8 is two `?`. Upper and lower case differ.
public struct PathFilter: Sendable {
    /// One rule.
    public enum Rule: Hashable, Sendable {
        /// What matches belongs to the dataset.
        case include(String)
        /// What matches does not.
        case exclude(String)
    }

    /// The rules as they were given.
    public let rules: [Rule]
    private let globs: [(glob: Glob, admits: Bool)]

    /// A filter that lets everything pass.
    public init() { (rules, globs) = ([], []) }

    /// A filter of `rules`, of which the last that matches wins.
    ///
    /// - Throws: `usage` with the pattern as its place, where one cannot be understood.
    public init(_ rules: [Rule]) throws(PerigeeError) {
        var globs = [(glob: Glob, admits: Bool)]()
        for rule in rules {
            switch rule {
            case .include(let pattern): globs.append((try Glob(pattern), true))
            case .exclude(let pattern): globs.append((try Glob(pattern), false))
            }
        }
        self.rules = rules
        self.globs = globs
    }

    /// Whether it lets everything pass.
    public var isEmpty: Bool { globs.isEmpty }

    /// Whether `path` belongs to the dataset: neither it nor a folder above it is left out.
    public func admits(_ path: TreePath, isFolder: Bool) -> Bool {
        if isEmpty || path.isRoot { return true }
        for (index, byte) in path.bytes.enumerated() where byte == UInt8(ascii: "/") {
            if !admits(Array(path.bytes[..<index]), isFolder: true) { return false }
        }
        return admits(path.bytes, isFolder: isFolder)
    }

    /// The same for a path whose folders were already admitted.
    func admits(_ path: [UInt8], isFolder: Bool) -> Bool {
        globs.last { $0.glob.matches(path, isFolder: isFolder) }?.admits ?? true
    }
}
