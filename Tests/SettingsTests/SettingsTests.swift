import Model
import Settings
import Testing

@Suite("Files of settings")
struct SettingsTests {
    @Test("tell all that is wrong at once, each with its place and a remedy")
    func allFaults() throws {
        let root = try SettingsNode(
            yaml: "size: 10XB\nspeed: fast\nunknwon: 1\nlist:\n  - {rate: 1Gbit/s}\n  - {rate: quick}\n", file: "a.yaml"
        )
        let faults = SettingsFaults()
        let table = try #require(faults.table(root, keys: ["size", "speed", "unknown", "list", "name"]))
        #expect(table.size("size") == nil)
        #expect(table.number("speed", 0...10) == nil)
        table.require("name")
        for node in table.list("list") { _ = faults.table(node, keys: ["rate"])?.rate("rate") }
        let places = faults.all.map { "\($0.place)" }
        #expect(
            places == [
                "a.yaml:3:1 unknwon", "a.yaml:1:7 size", "a.yaml:2:8 speed", "a.yaml:1:1", "a.yaml:6:12 list[1].rate",
            ])
        #expect(faults.all[0].remedy == "did you mean unknown?")
        let error = #expect(throws: PerigeeError.self) { try faults.check() }
        #expect(error?.code == .usage)
        for place in places { #expect(error?.description.contains(place) == true, "\(place)") }
    }

    @Test(
        "hold no characters that a terminal would obey, in names or in texts",
        arguments: [
            (#"a: "\e[31mred""#, "U+001B", "1:4 a"), (#""a\nb": 1"#, "U+000A", "1:1"), (#""a\tb": 1"#, "U+0009", "1:1"),
            (#"a: ["b", "\r"]"#, "U+000D", "1:10 a[1]"), ("a: {b\u{202e}c: 1}", "U+202E", "1:5 a"),
            ("a: b\u{2066}c", "U+2066", "1:4 a"), (#"a: "\x9b""#, "U+009B", "1:4 a"),
        ])
    func hidden(text: String, says: String, place: String) throws {
        let error = #expect(throws: PerigeeError.self) { try SettingsNode(yaml: text, file: "a.yaml") }
        #expect(error?.code == .usage && error?.place == "a.yaml:\(place)", "\(error?.place ?? "")")
        let told = error?.description ?? ""
        #expect(told.contains(says) && told.unicodeScalars.allSatisfy { $0.isASCII && $0.value >= 0x20 }, "\(told)")
    }

    @Test("may have texts of several lines, in any script, but single words of one line alone")
    func lines() throws {
        let root = try SettingsNode(
            yaml: "note: |\n  one\n  \ttwo\nname: \"a\\nb\"\nשלום: 'Grüße 你好'\n", file: "a.yaml")
        let faults = SettingsFaults()
        let table = try #require(faults.table(root, keys: ["note", "name", "שלום"]))
        #expect(table.text("note") == "one\n\ttwo\n" && table.text("שלום") == "Grüße 你好" && faults.all.isEmpty)
        #expect(table.word("name") == nil)
        #expect(faults.all.map(\.message) == [#""a\x0ab" is not one line"#])
    }

    @Test("read sizes, rates, times, shares and lists as people write them")
    func values() throws {
        let text = """
            size: 1.5GiB
            rate: 8Gbit/s
            time: 1h30m
            short: 20ms
            share: 25%
            one: berlin
            several: [a, b]
            "no": off
            """
        let faults = SettingsFaults()
        let keys = ["size", "rate", "time", "short", "share", "one", "several", "no"]
        let table = try #require(faults.table(try SettingsNode(yaml: text, file: "a"), keys: keys))
        #expect(table.size("size")?.bytes == 3 << 29)
        #expect(table.rate("rate")?.bytesPerSecond == 1e9)
        #expect(table.seconds("time") == 5400)
        #expect(table.seconds("short") == 0.02)
        #expect(table.share("share") == 0.25)
        #expect(table.texts("one") == ["berlin"])
        #expect(table.texts("several") == ["a", "b"])
        #expect(faults.all.isEmpty)
    }

    @Test(
        "say line and column where the text is no YAML, or has a key twice",
        arguments: [
            ("a: [1, 2", "f:2:"), ("a: 1\n\tb: 2", "f:2:"), ("a: 1\na: 2", "stands twice"), ("a: *nobody", "f:1:"),
        ])
    func badYAML(text: String, told: String) {
        let error = #expect(throws: PerigeeError.self) { try SettingsNode(yaml: text, file: "f") }
        #expect(error?.code == .usage)
        #expect(error?.description.contains(told) == true, "\(error?.description ?? "")")
    }

    @Test("refuse aliases that blow up, and values too deep within each other")
    func bombs() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            let item = "*a\(level - 1)"
            bomb += "a\(level): &a\(level) [\(Array(repeating: item, count: 10).joined(separator: ", "))]\n"
        }
        let tooMany = #expect(throws: PerigeeError.self) { try SettingsNode(yaml: bomb, file: "f") }
        #expect(tooMany?.message == "it holds more than 500000 values", "\(tooMany?.message ?? "")")
        // Far beyond, the parser itself ends, at the beginning of what it has not yet taken.
        for (levels, place) in [(200, "f:1:66"), (20_000, "f:1:")] {
            let deep = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
            let error = #expect(throws: PerigeeError.self) { try SettingsNode(yaml: deep, file: "f") }
            #expect(error?.message == "the document is nested deeper than 64 levels", "\(error?.message ?? "")")
            #expect(error?.place?.hasPrefix(place) == true, "\(error?.place ?? "")")
        }
    }

    @Test(
        "say what the document is where that is no mapping of keys, and what is wrong with it in words of their own",
        arguments: [
            ("# of sites\n- a\n- b\n", "2:1", "the document is a list, not a mapping of keys"),
            ("hello\n", "1:1", "the document is a single value, not a mapping of keys"),
            ("", "1:1", "the document is empty, not a mapping of keys"),
            ("# nothing\n", "1:1", "the document is empty, not a mapping of keys"),
            ("null\n", "1:1", "the document is empty, not a mapping of keys"),
            ("a: 1\n---\na: 2\n", "2:1", "a second document begins here"),
            ("a: *b\n", "1:4", "an alias stands here that names nothing"),
        ])
    func top(text: String, place: String, says: String) {
        let error = #expect(throws: PerigeeError.self) {
            try SettingsNode(yaml: text, file: "a.yaml", schema: "perigee.scenario/1")
        }
        #expect(error?.code == .usage && error?.place == "a.yaml:\(place)", "\(error?.place ?? "")")
        #expect(error?.message == says && error?.remedy?.isEmpty == false, "\(error?.message ?? "")")
    }
}
