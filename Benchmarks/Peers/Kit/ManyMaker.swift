/// 200,000 files of 200 to 2,047 bytes of text, a hundred to a folder.
package struct ManyMaker: DataMaker {
    private static let files = 200_000
    private static let filesPerFolder = 100
    private static let foldersPerFolder = 100
    private static let words = [
        "station", "reading", "sensor", "north", "south", "valid", "spare", "humidity", "pressure", "window", "remote",
        "battery", "interval", "channel", "offset", "signal", "noise", "surface", "wind", "gust", "cloud", "rain",
        "depth", "flow", "level", "phase", "cycle", "status", "review", "checked", "pending", "archive",
    ].map { Array($0.utf8) }

    /// A maker.
    package init() {}

    /// Makes the tree; there is no second version.
    package func make(first: String, second: String, scale: Double, seed: UInt64) throws -> Bool {
        var folder = ""
        for index in 0..<max(1, Int(Double(Self.files) * scale)) {
            if index % Self.filesPerFolder == 0 {
                let number = index / Self.filesPerFolder
                folder = "\(first)/part-\(10 + number / Self.foldersPerFolder)/\(100 + number % Self.foldersPerFolder)"
                try Tree.makeFolder(folder)
            }
            let file = try OutputFile("\(folder)/record-\(1_000_000 + index).json")
            try file.write(Self.record(index, seed: seed))
            try file.set(modified: .made)
        }
        return false
    }

    private static func record(_ index: Int, seed: UInt64) -> [UInt8] {
        var generator = Seeded(seed, purpose: 3, part: UInt64(index))
        let length = 200 + generator.below(1848)
        var bytes = Array("{\"id\":\(index),\"key\":\"\(String(generator.next(), radix: 16))\",\"note\":\"".utf8)
        while bytes.count < length - 2 {
            bytes += words[generator.below(words.count)]
            bytes.append(UInt8(ascii: " "))
            if generator.below(4) == 0 { bytes += Array(String(generator.below(10_000)).utf8) }
        }
        return bytes.prefix(length - 2) + [UInt8(ascii: "\""), UInt8(ascii: "}")]
    }
}
