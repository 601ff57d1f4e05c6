internal import Files
internal import Hashing
internal import Model
internal import Workers

/// Checks files against lists of their hashes.
struct HashCheck: Sendable {
    /// The key, or none.
    let key: HashKey?
    /// Whether only what failed is printed.
    let isQuiet: Bool

    private static let listBytesMax = 1 << 30

    private struct Document: Encodable {
        struct File: Encodable {
            let path: String
            let ok: Bool
            let message: String?
        }
        let schema = "perigee.hash-check/1"
        var files: [File] = []
        var ok = 0
        var failed = 0
        var malformed = 0
    }

    /// Checks what the `lists` name: `NAME: OK` or `NAME: FAILED`, and `failed` where any did or a line has no form.
    func run(_ lists: [[UInt8]], _ context: Context) throws -> ExitStatus {
        var document = Document()
        for list in lists {
            let (lines, malformed) = try parse(list)
            document.malformed += malformed
            try check(lines, context, &document)
        }
        if context.isJSON { try context.output.write(JSON.document(document)) }
        if document.malformed > 0, !context.isJSON {
            Diagnostics.write("perigee: \(Format.count(document.malformed, "line")) had no checksum and name\n")
        }
        if document.failed > 0, !context.isJSON {
            Diagnostics.write("perigee: \(Format.count(document.failed, "file")) did not match\n")
        }
        return document.failed + document.malformed == 0 ? .done : .failed
    }

    private func parse(_ list: [UInt8]) throws -> (lines: [ChecksumLine], malformed: Int) {
        let bytes = try contents(list)
        var lines = [ChecksumLine]()
        var malformed = 0
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            if let line = ChecksumLine(parsing: line) { lines.append(line) } else { malformed += 1 }
        }
        guard !lines.isEmpty || malformed > 0 else {
            throw PerigeeError(
                .format, "the list names no files", at: TreePath.printable(list),
                remedy: "make one with perigee hash FILE... > LIST")
        }
        return (lines, malformed)
    }

    private func contents(_ list: [UInt8]) throws -> [UInt8] {
        let file = try FileHasher.open(list)
        return try FileHasher.contents(of: file, limit: Self.listBytesMax)
    }

    private func check(_ lines: [ChecksumLine], _ context: Context, _ document: inout Document) throws {
        let found = Monitor(Document())
        let sink = Monitor(LineSink(context.output))
        let isSilent = context.isJSON
        let isQuiet = isQuiet
        // Lists of one length come from one run; each length is a run here.
        for (length, group) in Dictionary(grouping: lines, by: \.output.count).sorted(by: { $0.key < $1.key }) {
            let hasher = FileHasher(key: key, length: length, stop: context.stop)
            try hasher.run(group.map(\.name)) { index, result in
                let message = try Self.judge(result, group[index].output)
                found.change { document in
                    document.files.append(
                        .init(path: TreePath.printable(group[index].name), ok: message == nil, message: message))
                    if message == nil { document.ok += 1 } else { document.failed += 1 }
                }
                guard !isSilent, !(isQuiet && message == nil) else { return }
                let (name, isEscaped) = ChecksumLine.escaped(group[index].name)
                let verdict = message.map { $0.isEmpty ? "FAILED" : "FAILED (\($0))" } ?? "OK"
                try sink.read { try $0.write((isEscaped ? [0x5c] : []) + name + Array(": \(verdict)".utf8)) }
            }
        }
        found.read { found in
            document.files += found.files
            document.ok += found.ok
            document.failed += found.failed
        }
    }

    /// Nil where the output is as expected, else what is wrong; empty for a plain difference.
    private static func judge(_ result: Result<FileHasher.Sum, PerigeeError>, _ expected: [UInt8]) throws -> String? {
        switch result {
        case .success(let sum): return sum.output == expected ? nil : ""
        case .failure(let fault):
            if fault.code == .interrupted { throw fault }
            return fault.message
        }
    }
}
