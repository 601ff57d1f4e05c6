internal import Files
internal import Model
internal import Synchronization

/// Finds, for a large file that is new at a destination, one beside it that may hold much of the same: another of its
/// series, whose name differs in its numbers only, such as the checkpoint before.
///
/// A guess by names and sizes. Where such guesses were of no use some times, no more are made.
///
/// For one thread; ``note(wasOfUse:)`` for all.
final class KinFinder: Sendable {
    /// Files of fewer bytes are sent whole.
    static let sizeMin: UInt64 = 1 << 20
    /// Folders with more names are not looked through.
    static let namesMax = 65_536
    /// After so many guesses without any use, no more are made.
    static let attemptsMax: UInt64 = 8
    /// So many names are looked at, on either side.
    private static let nearMax = 4

    private struct Folder {
        var path: TreePath?
        /// Names in order, by what they have in common.
        var series: [[UInt8]: [[UInt8]]] = [:]
    }

    private let folder = Mutex(Folder())
    private let attempts = Atomic<UInt64>(0)
    private let uses = Atomic<UInt64>(0)

    /// A file of the series of `scanned` in `handle`, its folder at the destination; nil where there is none that could
    /// be of use.
    func kin(of scanned: ScannedEntry, in handle: FolderHandle) throws -> TreePath? {
        guard scanned.attributes.kind == .file, scanned.attributes.size >= Self.sizeMin,
            uses.load(ordering: .relaxed) > 0 || attempts.load(ordering: .relaxed) < Self.attemptsMax
        else { return nil }
        let parent = scanned.path.parent
        let name = Array(scanned.path.name)
        let names = try folder.withLock { folder in
            if folder.path != parent { folder = Folder(path: parent, series: try Self.series(handle)) }
            return folder.series[Self.common(name)] ?? []
        }
        let size = scanned.attributes.size
        for candidate in Self.nearest(name, names) {
            guard let status = try handle.status(candidate), status.kind == .file,
                status.size >= size / 2, status.size / 2 <= size
            else { continue }
            return parent.appending(candidate)
        }
        return nil
    }

    /// Whether a file of the series that was held against a new one had anything of it.
    func note(wasOfUse: Bool) {
        attempts.add(1, ordering: .relaxed)
        if wasOfUse { uses.add(1, ordering: .relaxed) }
    }

    /// The names of a folder, by what those of a series have in common; none where there are very many.
    private static func series(_ handle: FolderHandle) throws -> [[UInt8]: [[UInt8]]] {
        let names = try handle.names()
        guard names.count <= namesMax else { return [:] }
        return Dictionary(grouping: names.filter { !AsideName.matches($0) }, by: common).mapValues { names in
            names.sorted(by: isBefore)
        }
    }

    /// A name with a zero byte for each run of digits in it.
    private static func common(_ name: [UInt8]) -> [UInt8] {
        name.reduce(into: []) { common, byte in
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            if !isDigit { common.append(byte) } else if common.last != 0 { common.append(0) }
        }
    }

    /// As numbers are ordered, where two names differ in one: a shorter one comes first.
    private static func isBefore(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
    }

    /// The names before `name`, the last one first, then those behind it.
    private static func nearest(_ name: [UInt8], _ names: [[UInt8]]) -> [[UInt8]] {
        let others = names.filter { $0 != name }
        let place = others.firstIndex { isBefore(name, $0) } ?? others.count
        return others[..<place].suffix(nearMax).reversed() + others[place...].prefix(nearMax)
    }
}
