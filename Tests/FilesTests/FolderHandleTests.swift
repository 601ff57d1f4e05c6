import Files
import Foundation
import Model
import TestSupport
import Testing

@Suite struct FolderHandleTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func code(_ body: () throws -> Void) -> PerigeeError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? PerigeeError)?.code
        }
    }

    private func write(_ text: String, _ name: String, in folder: FolderHandle) throws {
        let file = try folder.file(bytes(name), .creating(mode: 0o600))
        try bytes(text).withUnsafeBytes { try file.write($0) }
    }

    private func text(_ name: String, in folder: FolderHandle) throws -> String {
        let file = try folder.file(bytes(name), .reading)
        return try withUnsafeTemporaryAllocation(byteCount: 100, alignment: 1) { buffer in
            let count = try file.read(into: buffer, at: 0)
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    @Test func `nothing leads out of the root`() throws {
        let outside = try TemporaryFolder()
        try write("secret", "f", in: outside.handle)
        let folder = try TemporaryFolder()
        let root = folder.handle
        try root.symlink(bytes("absolute"), target: bytes(outside.path))
        try root.symlink(bytes("relative"), target: bytes("../" + (outside.path as NSString).lastPathComponent))
        try root.symlink(bytes("file"), target: bytes(outside.path + "/f"))
        try root.makeFolder(bytes("d"))
        try root.symlink(bytes("inside"), target: bytes("d"))
        for path in ["absolute/f", "relative/f", "file", "../x", "d/../../x", "/etc/passwd", "absolute", "inside/x"] {
            #expect(code { _ = try root.file(bytes(path), .reading) } != nil, "\(path)")
            #expect(code { _ = try root.file(bytes(path), .creating(mode: 0o600)) } != nil, "\(path)")
            #expect(code { _ = try root.folder(bytes(path)) } != nil, "\(path)")
            #expect(root.openByWalking(bytes(path), O_RDONLY | O_CLOEXEC) < 0, "\(path)")
        }
        #expect(try outside.handle.names() == [bytes("f")])
    }

    @Test(arguments: ["", ".", "..", "a/b", "a\u{0}b"]) func `only names are names`(name: String) throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let root = folder.handle
        #expect(code { try root.makeFolder(bytes(name)) } != nil)
        #expect(code { try root.unlink(bytes(name)) } != nil)
        #expect(code { try root.symlink(bytes(name), target: bytes("x")) } != nil)
        #expect(code { try root.rename(bytes("x"), to: root, bytes(name)) } != nil)
    }

    @Test func `a path far beyond PATH_MAX is reached in pieces, and walking name by name reaches the same`() throws {
        let folder = try TemporaryFolder(in: TemporaryFolder.inMemory)
        let name = [UInt8](repeating: UInt8(ascii: "n"), count: 255)
        var handle = folder.handle
        var path = [UInt8]()
        for _ in 0..<40 {
            try handle.makeFolder(name)
            handle = try handle.folder(name)
            path += name + [UInt8(ascii: "/")]
        }
        path += bytes("end")
        try write("deep", "end", in: handle)
        #expect(path.count > 10_000)
        #expect(try folder.handle.status(path)?.size == 4)
        #expect(try folder.handle.folder(path.dropLast(4)).status([])?.identity == handle.status([])?.identity)
        let walked = folder.handle.openByWalking(path, O_RDONLY | O_CLOEXEC)
        try #require(walked >= 0)
        #expect(try OpenFile(descriptor: walked, place: "").status().identity == folder.handle.status(path)?.identity)
        #expect(try folder.handle.status(path + bytes("/x")) == nil)
        #expect(code { _ = try folder.handle.file(path.dropLast(1), .reading) } == .notFound)
    }

    @Test func `renaming replaces, keeps or exchanges as it is told`() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let root = folder.handle
        for name in ["a", "b", "c"] { try write(name, name, in: root) }
        try root.rename(bytes("a"), to: root, bytes("b"))
        #expect(try text("b", in: root) == "a")
        #expect(code { try root.rename(bytes("b"), to: root, bytes("c"), .keeping) } == .exists)
        try root.rename(bytes("b"), to: root, bytes("c"), .exchanging)
        #expect(try text("b", in: root) == "c")
        #expect(try text("c", in: root) == "a")
    }

    @Test func `names of any bytes are listed as they are`() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let root = folder.handle
        let names: Set<[UInt8]> = [
            [0xff, 0xfe], bytes("\n"), bytes("..."), [UInt8](repeating: 0x78, count: 255), bytes("-"),
        ]
        for name in names { _ = try root.file(name, .creating(mode: 0o600)) }
        #expect(Set(try root.names()) == names)
        #expect(try root.names().count == names.count)
    }

    @Test func `a locked folder is refused to others until it is let go`() throws {
        let folder = try TemporaryFolder()
        var copy: Int32 = -1
        do {
            let first = try FolderHandle(path: folder.path)
            #expect(try first.lock())
            #expect(try !FolderHandle(path: folder.path).lock())
            // As a child has it that is just being started.
            copy = dup(first.descriptor)
        }
        defer { close(copy) }
        #expect(copy >= 0)
        #expect(try FolderHandle(path: folder.path).lock())
    }

    @Test func `folders are made along a path, and not through a link`() throws {
        let folder = try TemporaryFolder()
        let made = try folder.handle.makeFolders(bytes("a/b/c"))
        try write("x", "f", in: made)
        #expect(try folder.handle.makeFolders(bytes("a/b/c")).names() == [bytes("f")])
        try folder.handle.symlink(bytes("l"), target: bytes("a"))
        #expect(code { _ = try folder.handle.makeFolders(bytes("l/b")) } != nil)
    }
}
