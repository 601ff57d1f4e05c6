internal import FoundationEssentials
internal import Model
internal import Service
internal import Synchronization
internal import Web
internal import Workers

/// Reads files in trees and snapshots for clients of the API, each by a process of its own.
final class FileReading: Sendable {
    private let options: [String]
    private let open = Mutex(0)

    /// Files that are read at once.
    static let filesMax = 4

    /// Reads with these options of verbs.
    init(_ options: [String]) { self.options = options }

    private struct Listing: Decodable {
        struct Entry: Decodable {
            let path: String
            let kind: String
            let size: UInt64
        }

        let entries: [Entry]
    }

    /// The bytes of a file, as `perigee ls` says.
    ///
    /// - Throws: `usage` where it is no file; what the verb says.
    func size(of file: DeskListing) throws -> UInt64 {
        var listing = file
        listing.limit = 1
        let document = try VerbCall.document(VerbWords.of(.entries(listing)) + options)
        let path = TreePath.printable(try InnerPath.parse(file.path).bytes)
        guard let entry = try JSONDecoder().decode(Listing.self, from: Data(document)).entries.first,
            entry.path == path, entry.kind == "file"
        else {
            throw PerigeeError(
                .usage, "it is no file", at: path,
                remedy: "GET .../entries shows what there is; a link names another file")
        }
        return entry.size
    }

    /// Begins to write the bytes of a file into `flow`, as `perigee cat` does.
    ///
    /// - Throws: `busy` where ``filesMax`` are read.
    func read(_ file: DeskListing, into flow: ByteFlow) throws {
        let isFree = open.withLock { count in
            guard count < Self.filesMax else { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw PerigeeError(
                .busy, "as many files are sent as may be", remedy: "ask again in a moment", canRetry: true)
        }
        var command = ChildCommand([OwnProgram.path, "cat"] + VerbWords.place(file) + ["--quiet"] + options)
        command.input = []
        command.grace = 2
        let stop = StopRequest()
        flow.whenClosed { stop.make() }
        Companion { [self, command] in
            defer { open.withLock { $0 -= 1 } }
            let said = Mutex("")
            do {
                let outcome = try command.run(stop: stop) { line in
                    said.withLock { $0 = line }
                } onOutput: { bytes in
                    _ = flow.put(bytes)
                }
                guard outcome.status != 0 else { return flow.end() }
                flow.end(PerigeeError(.io, "cat ended with status \(outcome.status): \(said.withLock { $0 })"))
            } catch {
                flow.end(error)
            }
        }.leave()
    }
}
