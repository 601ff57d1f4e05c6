import Model
import Replication
import Testing

@Suite struct ScanFilterTests {
    private func leavesOut(_ pattern: String, _ path: String, isFolder: Bool = false) throws -> Bool {
        let path = try #require(TreePath(path))
        return try !PathFilter([.exclude(pattern)]).admits(path, isFolder: isFolder)
    }

    @Test(arguments: [
        // A name without a slash matches at any depth.
        ("*.o", "a.o", true), ("*.o", "x/y/a.o", true), ("*.o", "a.c", false), ("*.o", ".o", true), ("a", "ab", false),
        ("a?c", "abc", true), ("a?c", "ac", false), ("a?c", "a/c", false), ("x", "y/x/z", true),
        // With a slash inside, whole names at the end of the path.
        ("docs/*.pdf", "docs/a.pdf", true), ("docs/*.pdf", "x/docs/a.pdf", true), ("docs/*.pdf", "xdocs/a.pdf", false),
        ("docs/*.pdf", "docs/x/a.pdf", false),
        // A slash in front ties it to the root.
        ("/build", "build", true), ("/build", "x/build", false), ("/a/*/c", "a/b/c", true), ("/a/*/c", "a/c", false),
        // Two stars pass slashes.
        ("/a/**", "a/b/c", true), ("/a/**", "a", false), ("/a/**/z", "a/z", true), ("/a/**/z", "a/b/c/z", true),
        ("**/z", "z", true), ("**/z", "q/z", true), ("**/z", "qz", false), ("/**/z", "x/y/z", true),
        ("a**z", "a/b/z", true), ("a**z", "az", true), ("**", "anything/at/all", true),
        // Sets.
        ("[abc]x", "bx", true), ("[!abc]x", "bx", false), ("[^abc]x", "dx", true), ("[a-f]", "e", true),
        ("[]]", "]", true), ("[!]]", "a", true), ("[a-]", "-", true), ("[\\]]", "]", true), ("a[!b]c", "a/c", false),
        // Plain bytes.
        ("\\*", "*", true), ("\\*", "a", false), ("ü", "ü", true), ("?", "ü", false), ("??", "ü", true),
    ]) func `a pattern matches what it says`(pattern: String, path: String, isLeftOut: Bool) throws {
        #expect(try leavesOut(pattern, path) == isLeftOut, "\(pattern) on \(path)")
    }

    @Test func `a slash at the end matches folders only`() throws {
        #expect(try leavesOut("cache/", "x/cache", isFolder: true))
        #expect(try !leavesOut("cache/", "x/cache"))
        #expect(try leavesOut("cache/", "x/cache/file"))
    }

    @Test func `the last rule that matches wins, and a folder left out keeps all below it out`() throws {
        let filter = try PathFilter([
            .exclude("*"), .include("*.c"), .exclude("bad.c"), .exclude("/d"), .include("/d/x.c"),
        ])
        func admits(_ path: String) -> Bool { TreePath(path).map { filter.admits($0, isFolder: false) } ?? false }
        #expect(admits("a.c"))
        #expect(!admits("a.o"))
        #expect(!admits("bad.c"))
        #expect(!admits("d/x.c"))
        #expect(filter.admits(.root, isFolder: true))
    }

    @Test(arguments: ["", "/", "//", "[abc", "a\\", "[a-", "[!", String(repeating: "x", count: 2000)])
    func `a pattern that cannot be understood is refused with its place`(pattern: String) {
        let error = #expect(throws: PerigeeError.self) { try PathFilter([.include(pattern)]) }
        #expect(error?.code == .usage)
        #expect(error?.remedy != nil)
    }

    @Test func `a hostile pattern takes no longer than its length times the path's`() throws {
        let pattern = String(repeating: "*a", count: 500) + "b"
        let name = String(repeating: "a", count: 255)
        #expect(try !leavesOut(pattern, name))
        #expect(try !leavesOut(String(repeating: "**/", count: 300) + "b", String(repeating: "a/", count: 500) + "c"))
    }
}
