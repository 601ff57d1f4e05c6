internal import ArgumentParser
internal import Hashing
internal import Model
internal import Workers

/// Plain BLAKE3 of files, in b3sum's format.
struct Hash: Verb {
    static let configuration = CommandConfiguration(
        commandName: "hash",
        abstract: "Print or check the BLAKE3 hashes of files.",
        discussion: """
            One line a file, in the format of b3sum: the hash, two spaces, the name. Without files, or where a name is \
            -, standard input is hashed.

            EXAMPLES
              perigee hash *.safetensors > sums
              perigee hash --check sums
              perigee hash --length 64 --keyed-hex 000102...1f data.bin
            """)

    @Option(help: ArgumentHelp("The bytes of output for each file (extendable output).", valueName: "bytes"))
    var length = Digest.byteCount

    @Option(help: ArgumentHelp("Hash under this key of 64 hexadecimal digits.", valueName: "key"))
    var keyedHex: String?

    @Flag(help: "Read lists of hashes from the files, and check the files that they name.")
    var check = false

    @Flag(help: "Print hashes alone.")
    var noNames = false

    @Argument(help: ArgumentHelp("The files.", valueName: "file"), completion: .file())
    var files: [String] = []

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        guard (1...1 << 20).contains(length) else { throw ValidationError("--length is from 1 to 1048576 bytes") }
        if check, noNames { throw ValidationError("--check needs the names: leave --no-names away") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let names = (files.isEmpty ? ["-"] : files + context.heldOperands).map { RawText.bytes(of: $0) }
        guard check else { return try hash(names, context) }
        return try HashCheck(key: try key(), isQuiet: global.quiet).run(names, context)
    }

    private func key() throws -> HashKey? {
        guard let keyedHex else { return nil }
        guard let digest = Digest(hex: keyedHex) else {
            throw PerigeeError(.usage, "a key is 64 hexadecimal digits", at: "--keyed-hex", remedy: "give 32 bytes")
        }
        return HashKey(digest)
    }

    private struct Document: Encodable {
        struct File: Encodable {
            let path: String
            let hash: String
            let bytes: UInt64
        }
        let schema = "perigee.hash/1"
        let keyed: Bool
        let length: Int
        var files: [File] = []
        var failures: [RunReport.Failure] = []
    }

    private func hash(_ names: [[UInt8]], _ context: Context) throws -> ExitStatus {
        let key = try key()
        let state = Monitor(Document(keyed: key != nil, length: length))
        let lines = Monitor(LineSink(context.output))
        try FileHasher(key: key, length: length, stop: context.stop).run(names) { index, result in
            let path = TreePath.printable(names[index])
            switch result {
            case .success(let sum):
                if global.json {
                    let file = Document.File(path: path, hash: Hexadecimal.encode(sum.output), bytes: sum.byteCount)
                    state.change { $0.files.append(file) }
                } else if noNames {
                    try lines.read { try $0.write(Array(Hexadecimal.encode(sum.output).utf8)) }
                } else {
                    try lines.read { try $0.write(ChecksumLine(output: sum.output, name: names[index]).bytes) }
                }
            case .failure(let fault):
                if fault.code == .interrupted { throw fault }
                state.change { $0.failures.append(.init(path: path, code: fault.code, message: fault.message)) }
                if !global.json { Diagnostics.note(path, fault.message) }
            }
        }
        let document = state.read { $0 }
        if global.json { try context.output.write(JSON.document(document)) }
        if document.failures.isEmpty { return .done }
        return document.failures.count < names.count ? .partial : .failed
    }
}
