/// Files of half a mebibyte to three and a half that do not compress, 1 GiB in all: photographs, as far as a tool that
/// stores them can tell.
package struct ImagesMaker: DataMaker {
    private static let totalBytes = 1 << 30
    private static let smallest = 512 << 10
    private static let spread = 3 << 20
    private static let filesPerFolder = 64

    /// A maker.
    package init() {}

    /// Makes the tree; there is no second version.
    package func make(first: String, second: String, scale: Double, seed: UInt64) throws -> Bool {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.smallest + Self.spread, alignment: 64)
        defer { block.deallocate() }
        let total = Int(Double(Self.totalBytes) * scale)
        var made = 0
        var index = 0
        while made < total {
            var generator = Seeded(seed, purpose: 2, part: UInt64(index))
            let bytes = UnsafeMutableRawBufferPointer(
                rebasing: block[..<(Self.smallest + generator.below(Self.spread))])
            generator.fill(bytes)
            bytes.copyBytes(from: [0xff, 0xd8, 0xff, 0xe0])
            let folder = "\(first)/album-\(1000 + index / Self.filesPerFolder)"
            if index % Self.filesPerFolder == 0 { try Tree.makeFolder(folder) }
            let file = try OutputFile("\(folder)/image-\(100_000 + index).jpg")
            try file.write(UnsafeRawBufferPointer(bytes))
            try file.set(modified: .made)
            made += bytes.count
            index += 1
        }
        return false
    }
}
