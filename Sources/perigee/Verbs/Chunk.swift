internal import ArgumentParser
internal import Files
internal import Hashing
internal import Model
internal import Workers

/// Where the chunker cuts a file.
struct Chunk: Verb {
    static let configuration = CommandConfiguration(
        commandName: "chunk",
        abstract: "Show where a file is cut into chunks.",
        discussion: """
            IDs are the plain BLAKE3 of the chunks. In a vault they are keyed, and its descriptor may cut elsewhere.

            EXAMPLES
              perigee chunk model.safetensors --json
              perigee chunk disk.img --average 16KiB
            """)

    @Argument(help: ArgumentHelp("The file; - is standard input.", valueName: "file"), completion: .file())
    var file: String

    @Option(help: ArgumentHelp("The mean size of chunks: a power of two from 4KiB to 1MiB.", valueName: "size"))
    var average = "64KiB"

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private static let bufferBytes = 4 << 20

    func perform(_ context: Context) throws -> ExitStatus {
        guard let size = ByteCount(parsing: average), let count = Int(exactly: size.bytes) else {
            throw PerigeeError(.usage, "\(average) is not a size", at: "--average", remedy: "write it as 64KiB")
        }
        let parameters = try ChunkerParameters(average: count, secret: nil)
        let source = try FileHasher.open(RawText.bytes(of: file))
        if try source.status().kind == .directory {
            throw PerigeeError(.usage, "it is a folder", at: source.place, remedy: "name a file")
        }
        var listing = ChunkListing(context, parameters)
        try listing.begin()
        try cut(source, parameters, context) { try listing.add($0) }
        try listing.end(file: source.place)
        return .done
    }

    /// Calls `emit` with each chunk's bytes.
    private func cut(
        _ source: borrowing OpenFile, _ parameters: ChunkerParameters, _ context: Context,
        _ emit: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let buffer = IOBuffer(count: Self.bufferBytes)
        var stream = ChunkStream(Chunker(parameters))
        while true {
            try context.stop.check()
            let count = try FileHasher.readOn(source, buffer.bytes)
            try stream.update(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]), emit: emit)
            if count < buffer.bytes.count { break }
        }
        try stream.finish(emit: emit)
    }
}
