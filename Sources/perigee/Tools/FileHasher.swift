internal import Files
internal import Hashing
internal import Model
internal import Synchronization
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Hashes files by plain or keyed BLAKE3: small ones side by side, large ones with all processors.
struct FileHasher: Sendable {
    /// The output of a file: its bytes and the file's length.
    struct Sum: Sendable {
        let output: [UInt8]
        let byteCount: UInt64
    }

    private static let bufferBytes = 256 << 10
    private static let largeBytes: UInt64 = 8 << 20

    /// The key, or none.
    let key: HashKey?
    /// The bytes of output for each file.
    let length: Int
    /// Raised to end early.
    let stop: StopFlag

    /// Hashes `names` and calls `body` with each result, in the order of the names, as soon as all before are done.
    ///
    /// `-` is standard input. Errors of single files are results; what `body` throws ends all.
    func run(_ names: [[UInt8]], _ body: @Sendable (_ index: Int, Result<Sum, PerigeeError>) throws -> Void) throws {
        let results = Monitor((results: [Int: Result<Sum, PerigeeError>](), next: 0))
        let next = Atomic(0)
        let failed = StopFlag()
        let large = Monitor<[Int]>([])
        @Sendable func done(_ index: Int, _ result: Result<Sum, PerigeeError>) throws {
            try results.read { state in
                state.results[index] = result
                while let result = state.results.removeValue(forKey: state.next) {
                    try body(state.next, result)
                    state.next += 1
                }
            }
        }
        try Crew.run(min(Crew.processors, max(1, names.count)), onError: { _ in failed.raise() }) { _ in
            let buffer = IOBuffer(count: Self.bufferBytes)
            while !failed.isRaised {
                try stop.check()
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < names.count else { return }
                if let result = hashSmall(names[index], buffer.bytes) {
                    try done(index, result)
                } else {
                    large.change { $0.append(index) }
                }
            }
        }
        for index in large.read({ $0.sorted() }) { try done(index, hashLarge(names[index])) }
        try stop.check()
    }

    /// The result for a file; nil where it is large and better left to all processors.
    private func hashSmall(
        _ name: [UInt8], _ buffer: UnsafeMutableRawBufferPointer
    ) -> Result<Sum, PerigeeError>? {
        do {
            let file = try Self.open(name)
            let status = try file.status()
            if status.kind == .directory { throw posixError(EISDIR, "cannot hash it", path: name) }
            if status.kind == .file, status.size >= Self.largeBytes, length == Digest.byteCount { return nil }
            return .success(try stream(file, isSeekable: status.kind == .file, buffer))
        } catch {
            return .failure(ErrorReport.fault(error))
        }
    }

    /// Hashes a file front to back.
    private func stream(
        _ file: borrowing OpenFile, isSeekable: Bool, _ buffer: UnsafeMutableRawBufferPointer
    ) throws -> Sum {
        var hasher = key.map { Blake3Hasher(key: $0) } ?? Blake3Hasher()
        var offset: UInt64 = 0
        while true {
            try stop.check()
            let count = isSeekable ? try file.read(into: buffer, at: offset) : try Self.readOn(file, buffer)
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += UInt64(count)
            if count < buffer.count, isSeekable || count == 0 { break }
        }
        let output = [UInt8](unsafeUninitializedCapacity: length) { out, count in
            hasher.finalize(into: UnsafeMutableRawBufferPointer(out))
            count = length
        }
        return Sum(output: output, byteCount: offset)
    }

    private func hashLarge(_ name: [UInt8]) -> Result<Sum, PerigeeError> {
        do {
            let file = SharedFile(try Self.open(name))
            let size = try file.file.status().size
            guard let byteCount = Int(exactly: size) else { throw posixError(EFBIG, "cannot hash it", path: name) }
            let digest = try Blake3.hash(byteCount: byteCount, key: key, threads: Crew.processors) { buffer, offset in
                try stop.check()
                guard try file.file.read(into: buffer, at: UInt64(offset)) == buffer.count else {
                    throw PerigeeError(
                        .changed, "it became shorter while it was read", at: TreePath.printable(name),
                        remedy: "hash it again when nobody writes it", canRetry: true)
                }
            }
            return .success(Sum(output: digest.withUnsafeBytes { Array($0) }, byteCount: size))
        } catch {
            return .failure(ErrorReport.fault(error))
        }
    }

    /// An open file that several threads read at given places, which they may.
    private final class SharedFile: Sendable {
        let file: OpenFile
        init(_ file: consuming OpenFile) { self.file = file }
    }

    /// Opens the file that bytes name; `-` is standard input.
    static func open(_ name: [UInt8]) throws -> OpenFile {
        let isInput = name == [UInt8(ascii: "-")]
        let place = isInput ? "standard input" : TreePath.printable(name)
        let descriptor =
            isInput
            ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
            : (name + [0]).withUnsafeBytes { bytes in
                // Never empty: the zero that ends it is there.
                bytes.assumingMemoryBound(to: CChar.self).baseAddress.map { Glibc.open($0, O_RDONLY | O_CLOEXEC) } ?? -1
            }
        guard descriptor >= 0 else { throw posixError(errno, "cannot open it", place) }
        return OpenFile(descriptor: descriptor, place: place)
    }

    /// All bytes of a file, of which there may be `limit`.
    static func contents(of file: borrowing OpenFile, limit: Int) throws -> [UInt8] {
        let buffer = IOBuffer(count: bufferBytes)
        var out = [UInt8]()
        while true {
            let count = try readOn(file, buffer.bytes)
            out.append(contentsOf: buffer.bytes[..<count])
            if count < buffer.bytes.count { return out }
            guard out.count <= limit else {
                throw PerigeeError(
                    .limit, "it is longer than \(ByteCount(limit))", at: file.place, remedy: "split it")
            }
        }
    }

    /// Reads what comes next of a pipe, terminal or device until the buffer is full; less only at the end.
    static func readOn(
        _ file: borrowing OpenFile, _ buffer: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        var count = 0
        while count < buffer.count {
            let got = read(file.descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            if got < 0, errno == EINTR {
                try Signals.stop.check()
                continue
            }
            guard got >= 0 else { throw posixError(errno, "cannot read it", file.place) }
            if got == 0 { break }
            count += got
        }
        return count
    }
}
