internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Workers

/// Shows a tree of this host to another site: folders, files, digests, page by page as they are taken.
///
/// It changes nothing, reads nothing but what is asked for, and holds the names of one folder at most.
public struct TreeAnswerer: Sendable {
    private let root: String
    private let stop: StopFlag

    /// Shows the tree at `root`.
    public init(root: String, context: RunContext) {
        self.root = root
        stop = context.stop
    }

    /// Answers `question` through `channel`, which is finished then.
    ///
    /// - Throws: where there is nothing at the path or it cannot be read, and what the channel failed with.
    public func answer(_ question: TreeQuestion, through channel: any MessageChannel) throws {
        let (path, lower) = (try question.path(), try question.after())
        let tree = try SourceTree(root: root)
        let writer = try AnswerWriter(channel)
        switch question.kind {
        case .folder: try list(path, of: tree, after: lower, writer)
        case .beneath: try list(beneath: path, of: tree, after: lower, writer)
        case .whole: try list(allOf: tree, after: lower, withDigests: question.withDigests, writer)
        case .bytes, .digest:
            let digest = try read(path, of: tree) { if question.kind == .bytes { try writer.add(bytes: $0) } }
            return try writer.end(digest)
        }
        for failure in tree.failures { try writer.add(failureOf: failure.path, failure.error) }
        try writer.end()
    }

    private func list(_ path: TreePath, of tree: SourceTree, after lower: TreePath?, _ writer: AnswerWriter) throws {
        let top = try tree.scan(path)
        guard top.attributes.kind == .directory else { return try writer.add(top) }
        let folder = path.isRoot ? tree.root : try tree.root.folder(path.bytes)
        for name in try folder.names().sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            try stop.check()
            let inner = path.appending(name)
            // What is gone since it was listed is left out.
            guard !AsideName.matches(name), lower.map({ $0 < inner }) ?? true, let entry = try? tree.scan(inner) else {
                continue
            }
            try writer.add(entry)
        }
    }

    private func list(
        beneath path: TreePath, of tree: SourceTree, after lower: TreePath?, _ writer: AnswerWriter
    ) throws {
        let top = try tree.scan(path)
        guard top.attributes.kind == .directory else { return try writer.add(top) }
        let start = lower.map { max(path, $0) } ?? path
        let scanner = tree.scanner(after: start)
        while let entry = try scanner.next() {
            try stop.check()
            guard start < entry.path else { continue }
            guard entry.path.isWithin(path) else { break }
            try writer.add(entry)
        }
    }

    private func list(
        allOf tree: SourceTree, after lower: TreePath?, withDigests: Bool, _ writer: AnswerWriter
    ) throws {
        let scanner = tree.scanner(after: lower)
        while var entry = try scanner.next() {
            try stop.check()
            do {
                entry.attributes = try tree.complete(entry)
                try writer.add(entry)
                guard withDigests, entry.attributes.kind == .file else { continue }
                try writer.add(digest: read(entry.path, of: tree) { _ in })
            } catch let error as PerigeeError where error.place?.hasSuffix(entry.path.description) == true {
                // Gone since it was listed, or not to be read.
                if error.code != .notFound { try writer.add(failureOf: entry.path, error) }
            }
        }
    }

    /// Gives all bytes of a file to `body`, holes as zeros.
    ///
    /// - Returns: their digest.
    private func read(
        _ path: TreePath, of tree: SourceTree, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Digest {
        let scanned = try tree.scan(path)
        guard scanned.attributes.kind == .file else {
            let isLink = scanned.attributes.kind == .symlink
            throw PerigeeError(
                .usage, "\(path) is no file", at: root,
                remedy: isLink
                    ? "it is a link to \(TreePath.printable(scanned.attributes.target)): name that"
                    : "perigee ls shows what there is")
        }
        let reader = try tree.open(scanned)
        let buffer = IOBuffer(count: ExchangeLimits.batch)
        var (hasher, offset) = (Blake3Hasher(), UInt64(0))
        while true {
            try stop.check()
            let count = try reader.file.read(into: buffer.bytes, at: offset)
            let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])
            hasher.update(bytes)
            if count > 0 { try body(bytes) }
            offset += UInt64(count)
            if count < buffer.bytes.count { return hasher.finalize() }
        }
    }
}

/// Puts an answer into messages.
private final class AnswerWriter {
    private let channel: any MessageChannel
    private let compressor: Compressor
    private let scratch = IOBuffer(count: Compressor.bound(ExchangeLimits.block))
    private let choice = CompressionChoice(.auto)
    private var items = MessageWriter()
    private var encoder = EntryEncoder()
    private var failures = 0

    init(_ channel: any MessageChannel) throws {
        self.channel = channel
        compressor = try Compressor(.zstd(level: 3))
    }

    func add(_ entry: ScannedEntry) throws {
        // Before an entry and not behind it: its digest comes in the same message.
        try flushIfFull()
        items.byte(LookItem.entry.rawValue)
        encoder.encode(entry, into: &items)
    }

    func add(digest: Digest) throws {
        items.byte(LookItem.digest.rawValue)
        items.digest(digest)
    }

    func add(failureOf path: TreePath, _ error: any Error) throws {
        guard failures < ExchangeLimits.failures else { return }
        failures += 1
        try flushIfFull()
        items.byte(LookItem.failure.rawValue)
        FailureCoding.encode(path, error, into: &items)
    }

    func add(bytes: UnsafeRawBufferPointer) throws {
        var message = MessageWriter(LookMessage.bytes)
        try choice.compress(bytes, scratch: scratch.bytes, into: &message)
        try choice.timingWait(message.bytes.count) {
            try channel.send(message.bytes)
            return 0
        }
    }

    func end(_ digest: Digest? = nil) throws {
        try flush()
        var message = MessageWriter(LookMessage.end)
        if let digest { message.digest(digest) }
        try channel.send(message.bytes)
        try channel.finish()
    }

    private func flushIfFull() throws { if items.bytes.count >= ExchangeLimits.entries { try flush() } }

    private func flush() throws {
        guard !items.bytes.isEmpty else { return }
        var message = MessageWriter(LookMessage.entries)
        try items.bytes.withUnsafeBytes {
            try BlockCoding.encode($0, by: compressor, scratch: scratch.bytes, into: &message)
        }
        items.removeAll()
        encoder.begin()
        try channel.send(message.bytes)
    }
}
