import Foundation
import Model
import TestSupport
import Testing

@Suite("A number of bytes")
struct ByteCountTests {
    @Test(
        "is read in plain, binary and decimal units",
        arguments: [
            ("4096", 4096), ("64KiB", 65536), ("64K", 65536), ("64 k", 65536), ("10MB", 10_000_000), ("0", 0),
            ("1.5 GiB", 1_610_612_736), ("2T", 2_199_023_255_552), ("1PB", 1_000_000_000_000_000), ("7b", 7),
        ] as [(String, UInt64)])
    func reading(text: String, bytes: UInt64) { #expect(ByteCount(parsing: text)?.bytes == bytes) }

    @Test(
        "is nothing where the text is no size or too large",
        arguments: ["", "MiB", "-1", "1.2.3", "12 parsecs", "1e3", "0x10", "9223372036854775808", "9000000P", "١٢"])
    func refusing(text: String) { #expect(ByteCount(parsing: text) == nil) }

    @Test(
        "is written in the unit that keeps it at or above one",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (17_613, "17.2 KiB"), (2_147_483_648, "2.0 GiB"),
            (1_048_575, "1.0 MiB"), (.max, "16.0 EiB"),
        ] as [(UInt64, String)])
    func writing(bytes: UInt64, text: String) { #expect(ByteCount(bytes).description == text) }

    @Test("is a plain integer in JSON")
    func coding() throws {
        let encoded = try JSONEncoder().encode([ByteCount(5), .zero])
        #expect(String(decoding: encoded, as: UTF8.self) == "[5,0]")
        #expect(try JSONDecoder().decode([ByteCount].self, from: encoded) == [ByteCount(5), .zero])
    }

    @Test("adds, subtracts and compares")
    func arithmetic() {
        #expect(ByteCount(5) + ByteCount(6) - ByteCount(1) == ByteCount(10))
        #expect(ByteCount(1) < ByteCount(2))
    }
}

@Suite("A rate")
struct ByteRateTests {
    @Test(
        "is read in bytes and bits",
        arguments: [
            ("50MB/s", 50e6), ("1Gbit/s", 125e6), ("100MiB/s", 104_857_600), ("2.5Gbps", 312.5e6), ("50M", 52_428_800),
            ("8bit/s", 1), ("9600 bps", 1200), ("1kbit/s", 125),
        ] as [(String, Double)])
    func reading(text: String, rate: Double) { #expect(ByteRate(parsing: text)?.bytesPerSecond == rate) }

    @Test("is nothing where the text is no rate", arguments: ["", "0", "0MB/s", "fast", "-5M", "1Ybit/s", "5 m/h"])
    func refusing(text: String) { #expect(ByteRate(parsing: text) == nil) }

    @Test("is nothing where no number holds it")
    func beyond() {
        let nines = String(repeating: "9", count: 305)
        for unit in ["Gbit/s", "Tbps", "PB/s"] { #expect(ByteRate(parsing: nines + unit) == nil) }
        #expect(ByteRate(parsing: "0." + String(repeating: "0", count: 323) + "5bit/s") == nil)
    }

    @Test("tells how long a size takes, and its text")
    func using() {
        let rate = ByteRate(bytesPerSecond: 1_048_576)
        #expect(rate.seconds(for: ByteCount(10 << 20)) == 10)
        #expect("\(rate)" == "1.0 MiB/s")
    }
}
