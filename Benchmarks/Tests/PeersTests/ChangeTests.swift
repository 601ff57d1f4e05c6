import Foundation
import PeersKit
import Testing

@Suite("The small change")
struct ChangeTests {
    /// A tree of 200 files in ten folders, with a link.
    private func makeTree(_ scratch: Scratch, _ name: String) throws -> Tree {
        for index in 0..<200 { try scratch.write("file \(index)\n".utf8, to: "\(name)/f\(index % 10)/n\(index)") }
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/\(name)/link", withDestinationPath: "f1/n1")
        return Tree("\(scratch.path)/\(name)")
    }

    private func copy(_ tree: Tree, _ scratch: Scratch) throws -> Tree {
        let live = Tree("\(scratch.path)/live")
        try FileManager.default.copyItem(atPath: tree.root, toPath: live.root)
        return live
    }

    @Test("edits a hundredth and renames a folder, and is undone wholly")
    func editsAndReverts() throws {
        let scratch = try Scratch()
        let first = try makeTree(scratch, "first")
        let live = try copy(first, scratch)
        var change = try Change(from: first, to: nil, seed: 9)
        #expect(change.edited.count == 2)
        let renamed = try #require(change.renamed)
        try change.apply(to: live)
        #expect(FileManager.default.fileExists(atPath: live.path(renamed.new)))
        #expect(try TreeComparison(of: live, with: first).count > 2)
        try change.revert(live)
        let comparison = try TreeComparison(of: live, with: first)
        #expect(comparison.isSame, "\(comparison.summary)")
    }

    @Test("takes over what a second version has, and lacks what it lacks")
    func takesSecondVersion() throws {
        let scratch = try Scratch()
        let first = try makeTree(scratch, "first")
        let second = try makeTree(scratch, "second")
        try scratch.write("another\n".utf8, to: "second/f3/n3")
        try scratch.write("new\n".utf8, to: "second/g/h/new")
        try FileManager.default.removeItem(atPath: second.path("f4/n4"))
        let live = try copy(first, scratch)
        var change = try Change(from: first, to: second, seed: 9)
        #expect(change.removed == ["f4/n4"])
        #expect(change.replaced == ["f3/n3", "g/h/new"])
        let renamed = try #require(change.renamed)
        try change.apply(to: live)
        try FileManager.default.moveItem(atPath: second.path(renamed.old), toPath: second.path(renamed.new))
        let changed = try TreeComparison(of: live, with: second)
        #expect(changed.isSame, "\(changed.summary)")
        try change.revert(live)
        let reverted = try TreeComparison(of: live, with: first)
        #expect(reverted.isSame, "\(reverted.summary)")
    }

    @Test("leaves other names of an edited file alone")
    func keepsHardLinks() throws {
        let scratch = try Scratch()
        try scratch.write("one\n".utf8, to: "first/a/one")
        try scratch.write("one\n".utf8, to: "live/a/one")
        try FileManager.default.linkItem(atPath: "\(scratch.path)/live/a/one", toPath: "\(scratch.path)/other")
        var change = try Change(from: Tree("\(scratch.path)/first"), to: nil, seed: 1)
        try change.apply(to: Tree("\(scratch.path)/live"))
        #expect(try String(contentsOfFile: "\(scratch.path)/other", encoding: .utf8) == "one\n")
    }
}
