import Model
import Scheduling
import TestSupport
import Testing

@Suite("A schedule that is written wrong")
struct CronSyntaxTests {
    /// The text, and below it the line with the mark.
    @Test(
        "is refused with a mark below what is wrong",
        arguments: [
            ("0 25 * * *", "  ^^"), ("60 0 * * *", "^^"), ("0 0 0 * *", "    ^"), ("0 0 32 * *", "    ^^"),
            ("0 0 * 13 *", "      ^^"), ("0 0 * * 8", "        ^"), ("0 0 * foo *", "      ^^^"),
            ("0 0 * * funday", "        ^^^^^^"), ("*/0 * * * *", "  ^"), ("*/61 * * * *", "  ^^"),
            ("5/10 * * * *", "^"), ("10-5 * * * *", "^^^^"), ("0 22-4 * * *", "  ^^^^"), ("1,,2 * * * *", "^^^^"),
            ("0 0 ? * *", "    ^"), ("0 0 31 2 *", "    ^^^^"), ("0 0 30W feb *", "    ^^^^^^^"),
            ("0 0 L-31 * *", "      ^^"),
            ("0 0 * * fri#6", "            ^"), ("0 0 * * L", "        ^"), ("0 0 40W * *", "    ^^"),
            ("0 0 0 * * *", "          ^"), ("0 0 * * * * 2026", "          ^^^^^^"), ("@fortnightly", "^^^^^^^^^^^^"),
            ("@reboot", "^^^^^^^"), ("0 0 * *", "       ^"), ("1- * * * *", "  ^"), ("-1 * * * *", "^"),
            ("0 0 99999999999999999999 * *", "    ^^^^^^^^^^^^^^^^^^^^"), ("every", "     ^"),
            ("every banana", "      ^^^^^^"),
            ("every 30s", "      ^^^"), ("every 11y", "      ^^^"), ("every 6h at noon", "         ^^"),
            ("every 6h from noon", "              ^^^^"), ("nightly", "       ^"),
            ("nightly between 22:00 and 25:00", "                          ^^^^^"),
            ("nightly between 22:00 and 22:00", "                          ^^^^^"),
            ("nightly between 22:00 and 05:00 when dear", "                                     ^^^^"),
            ("nightly on foo between 22:00 and 05:00", "           ^^^"),
        ])
    func marks(text: String, mark: String) throws {
        let fault = try #require(throws: SyntaxFault.self) { try Recurrence(parsing: text) }
        #expect(fault.marked == "\(text)\n\(mark)", "\n\(fault.marked)\n\(fault.message)")
        #expect(!fault.message.isEmpty && !fault.remedy.isEmpty)
        let error = fault.error()
        #expect(error.code == .usage && error.place == "column \(mark.prefix { $0 == " " }.count + 1)")
    }

    @Test("never brings the reader down, whatever it is")
    func noise() throws {
        var seed = Seed.fromEnvironment()
        let pieces = [
            "0", "*", "5", "59", "60", "-", "/", ",", "#", "L", "W", " ", "  ", "jan", "fri", "@daily", "every", "6h",
            "nightly",
            "between", "22:00", "and", "from", "é", "\u{301}", "\t", "9999999999999", "?", "on", "when", "cheapest",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...14, using: &seed)
            let text = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &seed)] }.joined()
            do {
                _ = try Recurrence(parsing: text)
                accepted += 1
            } catch {
                #expect(
                    error.offset >= 0 && error.offset <= text.unicodeScalars.count, "\"\(text)\" seed \(seed.value)")
            }
        }
        #expect(accepted > 0, "seed \(seed.value)")
    }
}
