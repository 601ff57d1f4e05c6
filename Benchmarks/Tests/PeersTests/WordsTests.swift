import PeersKit
import Testing

@Suite("Figures in words")
struct WordsTests {
    @Test("are as short as they are exact")
    func rounds() {
        #expect(
            [0.0, 0.0204, 0.246, 2.456, 12.44, 147.6].map(Words.seconds) == [
                "0.000", "0.020", "0.25", "2.46", "12.4", "148",
            ])
        #expect(
            [0, 999, 1023, 1536, 5 << 20, 2 << 30].map(Words.bytes) == [
                "0 B", "999 B", "1.0 KiB", "1.5 KiB", "5.0 MiB", "2.00 GiB",
            ])
        #expect([0.66, 1.94, 9.96].map(Words.ratio) == ["0.7x", "1.9x", "10x"])
        #expect([0, 999, 1000, -1_234_567].map(Words.grouped) == ["0", "999", "1,000", "-1,234,567"])
        #expect([(-0.04, 1), (-0.06, 1), (3.999, 2)].map(Words.fixed) == ["0.0", "-0.1", "4.00"])
    }

    @Test("break between words")
    func wraps() { #expect(Words.wrapped("one two  three four", at: 9) == "one two\nthree\nfour") }

    @Test("have the median of odd and even counts, and of none")
    func medians() {
        #expect(median([3, 1, 2]) == 2)
        #expect(median([4, 1, 3, 2]) == 2.5)
        #expect(median([]) == nil)
    }

    @Test("have the number of a program's version")
    func versions() {
        let lines = [
            "cp (GNU coreutils) 9.1", "rclone v1.75.0", "juicefs version 1.4.2+2026-08-01.abc",
            "restic 0.14.0 compiled with go1.19",
            "rsync  version 3.5.0  protocol", "0.1.0", "borg 1.4.5",
        ]
        #expect(lines.map(Versions.number) == ["9.1", "1.75.0", "1.4.2", "0.14.0", "3.5.0", "0.1.0", "1.4.5"])
        #expect(Versions.number(in: "no number here.") == nil)
    }
}
