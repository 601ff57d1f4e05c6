import Configurations
import Model
import TestSupport
import Testing

@Suite("A hostile configuration")
struct HostileConfigurationTests {
    private func faults(_ text: String) -> [ConfigurationFault] { PerigeeConfiguration.read(Array(text.utf8)).faults }

    @Test("with aliases of aliases is refused at once, each alias with its place")
    func aliasBomb() {
        var text = "version: 1\npolicies:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let inner = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "  a\(level): &a\(level) [\(inner)]\n"
        }
        text += "  ? *a30\n  : *a30\n"
        let reading = PerigeeConfiguration.read(Array(text.utf8))
        #expect(reading.configuration == nil && reading.faultCount >= 271)
        #expect(reading.faults.count == ConfigurationLimits.faults)
        #expect(reading.faults[0].position == Position(line: 4, column: 12))
        #expect(reading.faults[0].message.contains("alias"))
    }

    @Test("that is too deep, too large or too many is refused with a word", arguments: ["[", "{a: ", "- ", "? "])
    func depth(opening: String) {
        let text = "version: 1\npolicies:\n  " + String(repeating: opening, count: 100_000) + "\n"
        #expect(!faults(text).isEmpty)
        let deep = "version: 1\npolicies: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(faults(deep).first?.message.contains("nested deeper than 32 levels") == true)
        let large = "version: 1\n" + String(repeating: "# \(opening)\n", count: 400_000)
        #expect(faults(large).first?.message.contains("larger than") == true)
        let many = "version: 1\npolicies: [" + String(repeating: "1,", count: 60_000) + "]\n"
        #expect(faults(many).map(\.message) == ["there are more than 50000 values"])
    }

    @Test(
        "that is no mapping of keys says what it is instead",
        arguments: [
            ("\n- a\n", 2, 1, "the document is a list, not a mapping of keys"),
            ("hello\n", 1, 1, "the document is a text, not a mapping of keys"),
            ("7\n", 1, 1, "the document is a number, not a mapping of keys"),
            ("", 1, 1, "the file says nothing"), ("# a\n", 1, 1, "the file says nothing"),
            ("~\n", 1, 1, "the file says nothing"),
            ("version: 1\n---\nversion: 1\n", 2, 1, "a second document begins here"),
        ])
    func top(text: String, line: Int, column: Int, says: String) throws {
        let fault = try #require(faults(text).first { $0.message.contains(says) }, "\(faults(text))")
        #expect(fault.position == Position(line: line, column: column), "\(fault)")
        #expect(!fault.remedy.isEmpty)
    }

    @Test("that is too deep says so in the same words, however deep it is", arguments: [40, 20_000])
    func deep(levels: Int) throws {
        let fault = try #require(
            faults("a: " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).last)
        #expect(fault.message == "the document is nested deeper than 32 levels" && fault.key.isEmpty, "\(fault)")
        // Far beyond, the parser itself ends, at the beginning of what it has not yet taken.
        #expect(fault.position.line == 1 && (levels > 1000 || fault.position.column == 36), "\(fault)")
    }

    @Test(
        "that is no YAML, no UTF-8, or more than one document says so with its line",
        arguments: [
            ("version: 1\nsites: {a: [}\n", 2), ("version: 1\n\tx: 1\n", 2), ("version: 1\nx: 'open\n", 2),
            ("version: 1\n---\nversion: 1\n", 2), ("a: b: c\n", 1), ("", 1), ("# nothing\n", 1), ("- a\n", 1),
            ("version: 1\nhere: !!binary aGk=\n", 2), ("version: 1\nhere: !x a\n", 2), ("version: 1\n? [a]\n: b\n", 2),
            ("version: 1\nhere: a\u{0}b\n", 2), ("version: 1\nhere: \"a\\0b\"\n", 2),
            ("version: 1\nhere: \u{F8F1}a\n", 2),
            ("version: 1\nhere: { a: 1, a: 2 }\n", 2), ("version: 1\n<<: { here: a }\n", 2),
            ("%YAML 3.0\n---\nx: 1\n", 1),
        ])
    func malformed(text: String, line: Int) throws {
        let fault = try #require(faults(text).first)
        #expect(fault.position.line >= line && !fault.remedy.isEmpty, "\(fault)")
    }

    @Test("whose bytes are not UTF-8 names the line")
    func encoding() {
        let reading = PerigeeConfiguration.read(Array("version: 1\nhere: ".utf8) + [0xC3, 0x28, 0x0A])
        #expect(reading.faults.first?.position.line == 2)
        #expect(reading.faults.first?.message.contains("UTF-8") == true)
    }

    @Test("made of a sound one by chance changes never brings the reader down")
    func mutations() throws {
        var seed = Seed.fromEnvironment()
        let sound = Array(GoodConfiguration.all.joined(separator: "\n").utf8)
        for round in 0..<Seed.runs(usual: 1500) {
            let start = Int.random(in: 0..<sound.count - 1, using: &seed)
            var bytes = Array(sound[start..<min(sound.count, start + Int.random(in: 1..<400, using: &seed))])
            for _ in 0..<Int.random(in: 1..<12, using: &seed) {
                let at = Int.random(in: 0..<bytes.count, using: &seed)
                switch Int.random(in: 0..<3, using: &seed) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &seed)
                case 1: bytes.insert(Array("*&!|>%@`{}[]:,#?-\n \"'".utf8).randomElement(using: &seed) ?? 0, at: at)
                default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 9)], at: at)
                }
            }
            let reading = PerigeeConfiguration.read(bytes)
            #expect((reading.configuration == nil) == (reading.faultCount > 0), "seed \(seed.value), round \(round)")
        }
    }
}
