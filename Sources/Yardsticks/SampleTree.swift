internal import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A tree of files of one size, full of random bytes that differ from file to file.
public final class SampleTree {
    /// Where everything lies.
    public let scratch: ScratchFolder
    /// The tree's root.
    public let root: String
    /// The files.
    public let files: [String]
    /// The bytes of all files.
    public let byteCount: Int
    /// The bytes of each file.
    public let fileBytes: Int

    /// So many files of so many bytes, 512 to a folder.
    public init(in scratch: ScratchFolder, files count: Int, of fileBytes: Int) throws {
        self.scratch = scratch
        self.fileBytes = fileBytes
        root = scratch.fresh("tree")
        byteCount = count * fileBytes
        try Self.make(root)
        var files: [String] = []
        for index in 0..<count {
            let folder = "\(root)/folder-\(index / 512)"
            if index % 512 == 0 { try Self.make(folder) }
            let path = "\(folder)/file-\(index)"
            let file = try OpenFile(writing: path)
            let sample = SampleBytes.random(fileBytes, seed: UInt64(index) << 32)
            try withExtendedLifetime(sample) {
                try file.write(UnsafeRawBufferPointer(rebasing: sample.bytes[..<fileBytes]))
            }
            files.append(path)
        }
        self.files = files
    }

    private static func make(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 else { throw posixError(errno, "cannot make a folder", path) }
    }
}
