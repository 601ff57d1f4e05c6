import Foundation
import Model
import Scheduling
import Testing

/// The zones of the system that runs the tests.
enum Zones {
    static let folder = "/usr/share/zoneinfo"

    static let table = ZoneTable { name in
        FileManager.default.contents(atPath: "\(folder)/\(name)").map { Array($0) }
    }

    /// The zone with a name; tests need the system's table.
    static func zone(_ name: String) throws -> Zone { try table.zone(name) }

    /// The zones of the public table, without those that are other names of one, as the system lists them.
    static let names: [String] = {
        let text = (try? String(contentsOfFile: "\(folder)/tzdata.zi", encoding: .utf8)) ?? ""
        return text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line -> String? in
            let words = line.split(separator: UInt8(ascii: " "))
            return words.count > 1 && words[0].elementsEqual("Z".utf8) ? String(Substring(words[1])) : nil
        }.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }.sorted()
    }()

    /// Zones in which clocks have done all that clocks do: half an hour of summer time, a skipped day, quarters of an hour,
    /// winter time that is the exception, changes for Ramadan, summer time that begins at midnight.
    static let strange = [
        "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "Asia/Kathmandu",
        "America/Sao_Paulo", "Europe/Dublin", "America/Havana", "Asia/Beirut", "Asia/Gaza", "Antarctica/Troll",
        "Europe/Berlin", "America/New_York", "Asia/Pyongyang", "America/Caracas", "Europe/Moscow", "Pacific/Kiritimati",
        "Asia/Tehran", "America/Nuuk", "UTC", "+05:30",
    ]
}

/// An instant as RFC 3339 writes it.
func at(_ text: String) throws -> Instant { Instant(try #require(Timestamp(rfc3339: text), "\(text)")) }
