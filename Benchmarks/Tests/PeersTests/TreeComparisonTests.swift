import Foundation
import PeersKit
import Testing

@Suite("The comparison of what a tool made with the original")
struct TreeComparisonTests {
    /// Compares two trees of a few files each.
    private func compare(
        _ copy: [String: String], with original: [String: String]
    ) throws -> TreeComparison {
        let scratch = try Scratch()
        for (name, files) in [("copy", copy), ("original", original)] {
            _ = try scratch.folder(name)
            for (file, text) in files { try scratch.write(text.utf8, to: "\(name)/\(file)") }
        }
        return try TreeComparison(of: Tree("\(scratch.path)/copy"), with: Tree("\(scratch.path)/original"))
    }

    @Test("finds other bytes of the same length")
    func findsOtherBytes() throws {
        let comparison = try compare(["a/b": "12345", "c": "x"], with: ["a/b": "12346", "c": "x"])
        #expect(comparison.count == 1)
        #expect(comparison.summary == "a/b has other bytes")
    }

    @Test("finds what is missing and what is too much, in the order of folders")
    func findsNames() throws {
        let comparison = try compare(["a/z": "1", "a.b": "1", "d": "1"], with: ["a/y": "1", "a.b": "1"])
        #expect(comparison.summary == "a/y is missing, a/z is too much, d is too much")
    }

    @Test("counts permissions apart")
    func countsPermissions() throws {
        let scratch = try Scratch()
        for name in ["copy", "original"] { try scratch.write("1".utf8, to: "\(name)/f") }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(scratch.path)/copy/f")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: "\(scratch.path)/original/f")
        let comparison = try TreeComparison(of: Tree("\(scratch.path)/copy"), with: Tree("\(scratch.path)/original"))
        #expect(comparison.isSame)
        #expect(comparison.attributes == 1)
    }
}
