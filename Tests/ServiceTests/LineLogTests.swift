import Logging
import Model
import Service
import Testing

/// The log that the daemon writes for people.
@Suite("The log as text")
struct LineLogTests {
    private func text(_ message: String, _ fields: [String: String] = [:]) -> String {
        LineLog.text(Timestamp(seconds: 1_767_225_600), .info, message, fields)
    }

    @Test("says when, how bad, what, and what it is about by name and value")
    func whole() {
        #expect(
            text("it begins", ["run": "nightly@2026-01-01T00:00:00Z", "attempt": "2"])
                == "2026-01-01T00:00:00Z info it begins attempt=2 run=nightly@2026-01-01T00:00:00Z")
        #expect(text("it begins") == "2026-01-01T00:00:00Z info it begins")
    }

    @Test(
        "puts what would not stand for itself in quotes",
        arguments: [
            ("", #"a="""#), ("two words", #"a="two words""#), ("x=y", #"a="x=y""#), (#"say "no""#, #"a="say \"no\"""#),
            ("back\\slash", #"a="back\\slash""#), ("/v1/runs?limit", "a=/v1/runs?limit"), ("Grüße", "a=Grüße"),
        ])
    func values(_ value: String, _ written: String) {
        #expect(text("m", ["a": value]).hasSuffix(" m \(written)"))
    }

    @Test("is one line, whatever others write into it")
    func forged() {
        let line = text("a\nb\u{1b}[2J", ["path": "x\n2026-01-01T00:00:00Z error forged\u{7f}", "a\nb": "c"])
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }, "\(line)")
        #expect(line.contains(#"path="x\n2026"#), "\(line)")
    }
}
