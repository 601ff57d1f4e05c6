internal import Foundation
public import Yardsticks

/// The readings of one run of all suites, a line each, in the file that `PERIGEE_BENCH_READINGS` names.
public enum ReadingLog {
    /// The variable that names the file.
    public static let variable = "PERIGEE_BENCH_READINGS"

    /// Adds a reading; where no file is named, it is let go of.
    public static func append(_ reading: Reading) throws {
        guard let path = Settings[variable] else { return }
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: JSONEncoder().encode(reading) + Data("\n".utf8))
        try file.close()
    }

    /// All readings, in the order of their coming.
    public static func read(_ path: String) throws -> [Reading] {
        try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n"))
            .map { try JSONDecoder().decode(Reading.self, from: Data($0)) }
    }
}
