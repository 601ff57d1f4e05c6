import Foundation
import Yardsticks

/// Several versions of one thing, whose common parts are to be found.
enum VersionSeries: Sendable {
    /// Random bytes with insertions, deletions and overwritten runs from version to version.
    case made
    /// A folder with a folder or file for each version.
    case folder(String)

    var name: String {
        switch self {
        case .made: "a made series"
        case .folder(let path): URL(fileURLWithPath: path).lastPathComponent
        }
    }

    /// All files of all versions.
    func files() throws -> [Data] {
        switch self {
        case .made: return Self.edited(versions: 5, bytes: 24 << 20)
        case .folder(let path):
            let keys: [URLResourceKey] = [.isRegularFileKey]
            let all = FileManager.default.enumerator(at: URL(fileURLWithPath: path), includingPropertiesForKeys: keys)
            let files = (all?.allObjects as? [URL] ?? []).filter {
                (try? $0.resourceValues(forKeys: Set(keys)).isRegularFile) == true
            }
            return try files.sorted { $0.path < $1.path }.map { try Data(contentsOf: $0, options: .mappedIfSafe) }
                .filter { !$0.isEmpty }
        }
    }

    private static func edited(versions: Int, bytes: Int) -> [Data] {
        var state: UInt64 = 99
        func random(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        var version = Data(SampleBytes.random(bytes).prefix(bytes))
        var all = [version]
        for edition in 1..<versions {
            for edit in 0..<60 {
                let place = random(below: version.count - 200_000)
                let length = 1 + random(below: 4000)
                let fresh = Data(SampleBytes.random(length, seed: UInt64(edition * 1000 + edit)).prefix(length))
                switch edit % 3 {
                case 0: version.insert(contentsOf: fresh, at: place)
                case 1: version.removeSubrange(place..<place + length)
                default: version.replaceSubrange(place..<place + length, with: fresh)
                }
            }
            all.append(version)
        }
        return all
    }
}
