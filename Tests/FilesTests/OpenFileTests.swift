import Files
import Foundation
import Model
import TestSupport
import Testing

@Suite struct OpenFileTests {
    private func name(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `what is written is read, and reading past the end gives what there is`() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let root = folder.handle
        var seed = Seed.fromEnvironment(usual: 1)
        let data = seed.bytes(3_000_000)
        let file = try root.file(name("f"), .creating(mode: 0o600))
        try data.withUnsafeBytes { try file.write($0, at: 0) }
        var back = [UInt8](repeating: 0, count: data.count + 10)
        #expect(try back.withUnsafeMutableBytes { try file.read(into: $0, at: 0) } == data.count)
        #expect(Array(back.dropLast(10)) == data)
        #expect(try back.withUnsafeMutableBytes { try file.read(into: $0, at: UInt64(data.count)) } == 0)
        #expect(throws: PerigeeError.self) { try back.withUnsafeMutableBytes { try file.read(into: $0, at: .max) } }
        #expect(throws: PerigeeError.self) { try data.withUnsafeBytes { try file.write($0, at: UInt64(Int64.max)) } }
        try file.sync()
        try file.finish()
    }

    @Test func `holes are told from data, and short ones do not count`() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let root = folder.handle
        let file = try root.file(name("f"), .creating(mode: 0o600))
        let data = [UInt8](repeating: 1, count: 65_536)
        #expect(file.dataExtents(size: 0) == [])
        for place: UInt64 in [1 << 20, 1 << 21, (1 << 21) + 65_536 + 8192] {
            try data.withUnsafeBytes { try file.write($0, at: place) }
        }
        try file.truncate(to: 1 << 22)
        let extents = file.dataExtents(size: 1 << 22)
        #expect(extents.first?.offset == 1 << 20)
        #expect(extents.count == 2)
        #expect(extents.last?.offset == 1 << 21)
        #expect((extents.last?.length ?? 0) >= 2 * 65_536 + 8192)
        #expect(file.dataExtents(size: 1 << 22, most: 1) == [Extent(offset: 1 << 20, length: 3 << 20)])
        let empty = try root.file(name("empty"), .creating(mode: 0o600))
        try empty.truncate(to: 1 << 30)
        #expect(empty.dataExtents(size: 1 << 30) == [])
    }

    @Test(arguments: [OpenFile.CopyMethod.kernel, .buffer])
    func `a range is copied whichever way, and a short source says so`(method: OpenFile.CopyMethod) throws {
        let folder = try TemporaryFolder()
        // Another file system where there is one, so that the kernel's way meets a border.
        let other = try TemporaryFolder(in: TemporaryFolder.inMemory)
        var seed = Seed.fromEnvironment(usual: 2)
        let data = seed.bytes(500_000)
        let source = try folder.handle.file(name("s"), .creating(mode: 0o600))
        try data.withUnsafeBytes { try source.write($0, at: 0) }
        let scratch = IOBuffer(count: 64 << 10)
        for root in [folder.handle, other.handle] {
            let target = try root.file(name("t"), .creating(mode: 0o600))
            let range = Extent(offset: 100_000, length: 300_000)
            let copied = try target.copyRange(from: source, range, to: 50_000, method, scratch: scratch.bytes)
            #expect(copied.count == 300_000)
            var back = [UInt8](repeating: 0, count: 300_000)
            #expect(try back.withUnsafeMutableBytes { try target.read(into: $0, at: 50_000) } == 300_000)
            #expect(back == Array(data[100_000..<400_000]), "seed \(seed.value)")
            let beyond = Extent(offset: 400_000, length: 300_000)
            let short = try target.copyRange(from: source, beyond, to: 0, method, scratch: scratch.bytes)
            #expect(short.count == 100_000)
        }
    }

    @Test func `extended attributes are kept on files, folders and, for the superuser, links`() throws {
        let folder = try TemporaryFolder()
        let root = folder.handle
        let file = try root.file(name("f"), .creating(mode: 0o640))
        try root.makeFolder(name("d"))
        try root.symlink(name("l"), target: name("nowhere"))
        let long = ExtendedAttribute(name: name("user.long"), value: [UInt8](repeating: 7, count: 2000))
        let empty = ExtendedAttribute(name: name("user.empty"), value: [])
        let list = ExtendedAttribute(name: name("system.posix_acl_access"), value: TreeMaker.accessList)
        let open = ExtendedAttributes(file)
        for attribute in [long, empty, list] { #expect(open.set(attribute) == 0) }
        #expect(try open.read { _ in true } == [list, empty, long])
        #expect(try ExtendedAttributes(name("f"), in: root).read { _ in true } == [list, empty, long])
        #expect(try open.value(of: name("user.none")) == nil)
        #expect(open.remove(name("user.long")) == 0)
        #expect(open.remove(name("user.long")) == -ENODATA)
        #expect(ExtendedAttributes(name("d"), in: root).set(empty) == 0)
        #expect(try ExtendedAttributes(root.folder(name("d"))).read { _ in true } == [empty])
        #expect(try ExtendedAttributes(name("l"), in: root).read { _ in true } == [])
    }

    @Test(.enabled(if: geteuid() == 0, "links have only attributes that the superuser may set"))
    func `a link has extended attributes of its own`() throws {
        let folder = try TemporaryFolder()
        try folder.handle.symlink(name("l"), target: name("nowhere"))
        let trusted = ExtendedAttribute(name: name("trusted.tag"), value: [1, 2])
        #expect(ExtendedAttributes(name("l"), in: folder.handle).set(trusted) == 0)
        #expect(try ExtendedAttributes(name("l"), in: folder.handle).read { _ in true } == [trusted])
    }

    @Test func `a mapped file holds its bytes after it was closed and removed`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.handle.file(name("f"), .creating(mode: 0o600))
        try name("hello").withUnsafeBytes { try file.write($0, at: 0) }
        let mapped = try MappedFile(path: folder.path("f"))
        _ = try folder.handle.file(name("empty"), .creating(mode: 0o600))
        try folder.handle.unlink(name("f"))
        #expect(Array(mapped.bytes) == name("hello"))
        #expect(try MappedFile(path: folder.path("empty")).bytes.isEmpty)
    }

    @Test func `each refusal has its code, its place and a remedy`() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: PerigeeError.self) { _ = try OpenFile(reading: folder.path("none")) }
        #expect(missing?.code == .notFound)
        #expect(missing?.place == folder.path("none"))
        #expect(missing?.remedy != nil)
        for (number, code) in [
            (ENOSPC, PerigeeError.Code.noSpace), (EDQUOT, .noSpace), (EACCES, .denied), (EPERM, .denied),
            (EROFS, .readOnly), (ENOENT, .notFound), (EEXIST, .exists), (EIO, .io), (EMFILE, .limit), (12345, .io),
        ] {
            let error = posixError(number, "cannot do it", "there")
            #expect(error.code == code)
            #expect(error.message.hasPrefix("cannot do it: "))
            #expect(error.remedy != nil)
        }
        let odd = posixError(ENOENT, "cannot do it", path: [0x61, 0xff, 0x0a])
        #expect(odd.place == "a\\xff\\x0a")
    }

    @Test(.enabled(if: TemporaryMount.isPossible, "mounting needs the superuser"))
    func `a full disk is told as such`() throws {
        let folder = try TemporaryFolder()
        let mount = try TemporaryMount(folder.folder("small"), "size=256k")
        defer { withExtendedLifetime(mount) {} }
        let small = try FolderHandle(path: folder.path("small"))
        let file = try small.file(name("f"), .creating(mode: 0o600))
        let data = [UInt8](repeating: 1, count: 1 << 20)
        let error = #expect(throws: PerigeeError.self) { try data.withUnsafeBytes { try file.write($0, at: 0) } }
        #expect(error?.code == .noSpace)
    }
}
