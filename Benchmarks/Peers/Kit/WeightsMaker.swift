/// Four files of bfloat16 weights, 2 GiB: a header that names the tensors, then normal numbers, each tensor with a
/// deviation of its own.
package struct WeightsMaker: DataMaker {
    private static let files = 4
    private static let tensors = 16
    private static let tensorBytes = 32 << 20

    /// A maker.
    package init() {}

    /// Makes the tree; there is no second version.
    package func make(first: String, second: String, scale: Double, seed: UInt64) throws -> Bool {
        let folder = "\(first)/models/base"
        try Tree.makeFolder(folder)
        let bytes = max(64, Int(Double(Self.tensorBytes) * scale)) & ~1
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
        defer { block.deallocate() }
        for index in 0..<Self.files {
            let file = try OutputFile("\(folder)/model-0000\(index + 1)-of-0000\(Self.files).safetensors")
            try file.write(Self.header(file: index, tensorBytes: bytes))
            for tensor in 0..<Self.tensors {
                var generator = Seeded(seed, purpose: 1, part: UInt64(index * Self.tensors + tensor))
                BrainFloats(deviation: 0.01 + 0.0025 * Double(generator.below(9))).fill(block, from: &generator)
                try file.write(UnsafeRawBufferPointer(block))
            }
            try file.set(modified: .made)
        }
        return false
    }

    /// The length of what follows in eight bytes, low first, and the tensors' names, shapes and places.
    private static func header(file: Int, tensorBytes: Int) -> [UInt8] {
        let parts = ["self_attn.q_proj", "self_attn.o_proj", "mlp.up_proj", "mlp.down_proj"]
        var entries: [String] = []
        for tensor in 0..<tensors {
            let layer = file * tensors / parts.count + tensor / parts.count
            let name = "model.layers.\(layer).\(parts[tensor % parts.count]).weight"
            let start = tensor * tensorBytes
            entries.append(
                "\"\(name)\":{\"dtype\":\"BF16\",\"shape\":[\(tensorBytes / 2)],"
                    + "\"data_offsets\":[\(start),\(start + tensorBytes)]}")
        }
        let text = Array("{\(entries.joined(separator: ","))}".utf8)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    }
}
