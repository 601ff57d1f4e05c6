internal import Hashing
internal import Model

/// Writes chunks as they are cut: rows and a summary for people, one document for programs.
struct ChunkListing {
    private let context: Context
    private let parameters: ChunkerParameters
    private var offset: UInt64 = 0
    private var count: UInt64 = 0
    private var shortest = UInt64.max
    private var longest: UInt64 = 0

    /// A listing of chunks that `parameters` cut.
    init(_ context: Context, _ parameters: ChunkerParameters) {
        self.context = context
        self.parameters = parameters
    }

    /// Writes what comes before the first chunk.
    func begin() throws {
        let parameters = parameters
        guard context.isJSON else {
            return try context.output.line(context.style.faint("       offset    length  id"))
        }
        let members = [
            "\"schema\":\"perigee.chunks/1\"",
            """
            "parameters":{"algorithm":"tap-window/1","minimum":\(parameters.minimum),"average":\(parameters.average),\
            "normal":\(parameters.normal),"maximum":\(parameters.maximum),"threshold":\(parameters.threshold),\
            "k1":\(parameters.k1),"k2":\(parameters.k2)}
            """, "\"chunks\":[",
        ]
        try context.output.write("{" + members.joined(separator: ","))
    }

    /// Writes the next chunk.
    mutating func add(_ bytes: UnsafeRawBufferPointer) throws {
        let id = Blake3.hash(bytes).hex
        let length = UInt64(bytes.count)
        if context.isJSON {
            let comma = count > 0 ? "," : ""
            try context.output.write("\(comma){\"offset\":\(offset),\"length\":\(length),\"id\":\"\(id)\"}")
        } else {
            try context.output.line("\(Self.right("\(offset)", 13))  \(Self.right("\(length)", 8))  \(id)")
        }
        offset += length
        count += 1
        shortest = min(shortest, length)
        longest = max(longest, length)
    }

    /// Writes what comes after the last chunk.
    func end(file: String) throws {
        if context.isJSON { return try context.output.write("],\"bytes\":\(offset),\"file\":\(JSON.quoted(file))}\n") }
        var block = TextBlock("\nchunk  \(file)")
        block.row("chunks", Format.count(count, "chunk"), Format.size(offset))
        if count > 0 {
            block.row(
                "lengths", "\(Format.size(shortest)) least", "\(Format.size(offset / count)) mean",
                "\(Format.size(longest)) most")
        }
        block.row(
            "wanted", "\(Format.size(UInt64(parameters.minimum))) to \(Format.size(UInt64(parameters.maximum)))",
            "\(Format.size(UInt64(parameters.average))) on average")
        try context.output.write(block.rendered(context.style))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
