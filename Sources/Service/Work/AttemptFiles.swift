internal import Foundation
internal import Model
public import Scheduling

/// The files of the attempts at a run, in the folder `attempts` of the state.
public struct AttemptFiles: Sendable {
    /// The end of the name of what is not whole yet.
    static let part = ".part"

    private let folder: String
    private let stem: String
    private let schedule: String

    /// Those of a run.
    public init(state: String, _ id: RunID) {
        folder = "\(state)/attempts"
        schedule = "\(folder)/\(id.schedule)"
        stem = "\(schedule)@\(id.due.seconds)"
    }

    /// Held by whoever works for the schedule.
    public var lock: String { "\(schedule).lock" }
    /// What an attempt has left that came to its end.
    public var result: String { "\(stem).result" }
    /// How fast the attempt may be.
    public var limit: String { "\(stem).limit" }

    /// What is noted of the hooks of the run: a folder.
    public var hooks: String { "\(stem).hooks" }

    /// Makes the folder, and a limit where there is none.
    package func prepare() throws {
        try makeFolder()
        guard !FileManager.default.fileExists(atPath: limit), let first = whole(nil, aside: "\(limit).first") else {
            return
        }
        // Another thread may be writing a limit at this moment: that one counts.
        link(first, limit)
        unlink(first)
    }

    /// Lets the attempt be so fast; for one thread at a time.
    package func write(limit rate: Double?) {
        try? makeFolder()
        if let next = whole(rate, aside: limit) { rename(next, limit) }
    }

    private func makeFolder() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// A limit in a file of its own; nil where it cannot be written.
    ///
    /// It is put into its place as a whole, since it is read at any time. Its name is swept up after a kill.
    private func whole(_ rate: Double?, aside name: String) -> String? {
        let text = rate.map { "\(UInt64(max(1024, min($0, 1e15))))" } ?? "none"
        let part = name + Self.part
        return (try? Data("\(text)\n".utf8).write(to: URL(fileURLWithPath: part))) == nil ? nil : part
    }

    /// What an attempt has left; nil where none came to its end.
    func stored() -> (status: Int32, document: String?)? { Self.stored(at: result) }

    /// What an attempt has left in a file; nil where none came to its end.
    public static func stored(at path: String) -> (status: Int32, document: String?)? {
        guard let data = FileManager.default.contents(atPath: path), let split = data.firstIndex(of: 10),
            let status = Int32(String(decoding: data[..<split], as: UTF8.self))
        else { return nil }
        let document = String(decoding: data[data.index(after: split)...], as: UTF8.self)
        return (status, document.isEmpty ? nil : document)
    }

    /// Removes what was kept of the run.
    func remove() {
        for path in [result, limit] {
            for name in [path, path + Self.part, "\(path).first\(Self.part)"] {
                try? FileManager.default.removeItem(atPath: name)
            }
        }
        try? FileManager.default.removeItem(atPath: hooks)
    }
}
