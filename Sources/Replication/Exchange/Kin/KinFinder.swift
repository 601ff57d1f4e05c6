internal import Files
internal import Model
internal import Synchronization
internal import Vault

/// Finds, for a large file that is new at a destination, one beside it that may hold much of the same: another of its
/// series, whose name differs in its numbers only, such as the checkpoint before.
///
/// A guess by names and sizes. Where such guesses were of no use some times, no more are made.
///
/// For one thread; ``note(wasOfUse:)`` for all. In the place of a folder there may be one of a snapshot.
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
        try kin(of: scanned, among: { try handle.names() }) { name in
            guard let status = try handle.status(name), status.kind == .file else { return nil }
            return status.size
        }
    }

    /// A file of the series of `scanned` in the same folder of the snapshot that `entries` reads, likewise.
    func kin(of scanned: ScannedEntry, in entries: inout EntryCursor) throws -> Entry? {
        let parent = scanned.path.parent
        let path = try kin(of: scanned, among: { try Self.names(of: parent, &entries) }) { name in
            let entry = try entries.entry(at: parent.appending(name))
            return entry.flatMap { $0.attributes.kind == .file ? $0.attributes.size : nil }
        }
        return try path.flatMap { try entries.entry(at: $0) }
    }

    /// The names of the files in `folder`; none where there are very many.
    private static func names(of folder: TreePath, _ entries: inout EntryCursor) throws -> [[UInt8]] {
        var names: [[UInt8]] = []
        var seen = 0
        try entries.seek(to: folder)
        while let entry = try entries.next(), entry.path.isWithin(folder) {
            seen += 1
            guard seen <= namesMax else { return [] }
            if entry.path == folder { continue }
            if entry.attributes.kind == .file { names.append(Array(entry.path.name)) }
            // What lies in the folders beside it is passed by.
            if entry.attributes.kind == .directory { try entries.seek(behind: entry.path) }
        }
        return names
    }

    /// The nearest of the `names` of the folder of `scanned` whose size could be of use.
    private func kin(
        of scanned: ScannedEntry, among allNames: () throws -> [[UInt8]], sizeOf: ([UInt8]) throws -> UInt64?
    ) throws -> TreePath? {
        guard scanned.attributes.kind == .file, scanned.attributes.size >= Self.sizeMin,
            uses.load(ordering: .relaxed) > 0 || attempts.load(ordering: .relaxed) < Self.attemptsMax
        else { return nil }
        let parent = scanned.path.parent
        let name = Array(scanned.path.name)
        let names = try folder.withLock { folder in
            if folder.path != parent { folder = Folder(path: parent, series: Self.series(try allNames())) }
            return folder.series[Self.common(name)] ?? []
        }
        let wanted = scanned.attributes.size
        for candidate in Self.nearest(name, names) {
            guard let size = try sizeOf(candidate), size >= wanted / 2, size / 2 <= wanted else { continue }
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
    private static func series(_ names: [[UInt8]]) -> [[UInt8]: [[UInt8]]] {
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
