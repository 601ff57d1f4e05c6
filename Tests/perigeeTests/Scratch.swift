import Foundation
import TestSupport

/// A folder for one test, gone with it.
final class Scratch: Sendable {
    let url: URL
    var path: String { url.path }

    init() throws {
        let name = "perigee-test-\(UUID().uuidString)"
        url = FileManager.default.temporaryDirectory.appendingPathComponent(name).resolvingSymlinksInPath()
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of `name` in it.
    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file, and the folders that it lies in.
    func write(_ name: String, _ data: Data) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    /// Writes a file of text.
    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    /// Writes a file of `count` random bytes.
    func write(_ name: String, random count: Int, _ seed: inout Seed) throws {
        try write(name, Data(seed.bytes(count)))
    }

    func read(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }
}
