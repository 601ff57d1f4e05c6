import Foundation
import TestSupport
import Testing

@Suite("perigee hash")
struct HashTests {
    private static let hasReference = FileManager.default.isExecutableFile(atPath: "/usr/bin/b3sum")

    @Test("knows the hash of nothing and of abc")
    func known() throws {
        let nothing = try Program.run("hash")
        #expect(nothing.text == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262  -\n")
        let abc = try Program.run("hash", "-", "--no-names", input: Data("abc".utf8))
        #expect(abc.text == "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85\n")
    }

    @Test("writes what b3sum writes, for files of many sizes and odd names", .enabled(if: hasReference))
    func againstReference() throws {
        var seed = Seed.fromEnvironment()
        let scratch = try Scratch()
        var names = ["new\nline", "back\\slash", "spa ce", "ü"]
        for name in names { try scratch.write(name, random: 100, &seed) }
        for size in [0, 1, 1023, 1024, 1025, 65_536, 262_143, 262_144, 262_145, 1_000_000, 8 << 20, (9 << 20) + 7] {
            try scratch.write("s\(size)", random: size, &seed)
            names.append("s\(size)")
        }
        let ours = try Program.run(["hash"] + names, in: scratch)
        let theirs = try Program.run(names, in: scratch, program: "/usr/bin/b3sum")
        #expect(ours.status == 0)
        #expect(ours.text == theirs.text, "seed \(seed.value)")
        let long = try Program.run(["hash", "--length", "131"] + names, in: scratch)
        let reference = try Program.run(["--length", "131"] + names, in: scratch, program: "/usr/bin/b3sum")
        #expect(long.text == reference.text, "seed \(seed.value)")
    }

    @Test("hashes under a key as b3sum does", .enabled(if: hasReference))
    func keyed() throws {
        var seed = Seed.fromEnvironment()
        let scratch = try Scratch()
        for size in [10, 70_000, 9 << 20] { try scratch.write("s\(size)", random: size, &seed) }
        let key = seed.bytes(32)
        let hex = key.map { String(format: "%02x", $0) }.joined()
        let names = ["s10", "s70000", "s\(9 << 20)"]
        let ours = try Program.run(["hash", "--keyed-hex", hex] + names, in: scratch)
        let theirs = try Program.run(["--keyed"] + names, input: Data(key), in: scratch, program: "/usr/bin/b3sum")
        #expect(ours.text == theirs.text, "seed \(seed.value)")
    }

    @Test("gives a large file the same hash, in one piece or as a stream")
    func largeFile() throws {
        var seed = Seed.fromEnvironment()
        let scratch = try Scratch()
        try scratch.write("large", random: (20 << 20) + 12_345, &seed)
        let file = try Program.run("hash", "--no-names", "large", in: scratch)
        let stream = try Program.run("hash", "--no-names", input: try scratch.read("large"))
        #expect(file.text == stream.text && file.status == 0, "seed \(seed.value)")
    }

    @Test("reads names that are not UTF-8, and writes them as they are")
    func bytesAsName() throws {
        let scratch = try Scratch()
        let outcome = try Program.shell(
            #"f=$(printf 'a\377\376b\364\217\276\200'); echo x > "$f"; $P hash "$f" > sums && $P hash --check sums"#,
            in: scratch)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == Data([0x61, 0xff, 0xfe, 0x62, 0xf4, 0x8f, 0xbe, 0x80] + ": OK\n".utf8))
    }

    @Test("takes thousands of names, with options anywhere between them")
    func manyNames() throws {
        let scratch = try Scratch()
        for name in ["a", "-b"] { try scratch.write(name, name) }
        var arguments = Array(repeating: "a", count: 3000)
        arguments.insert("--length", at: 1500)
        arguments.insert("4", at: 1501)
        let outcome = try Program.run(["hash"] + arguments + ["--", "-b", "--length"], in: scratch)
        let lines = outcome.text.split(separator: "\n")
        #expect(lines.count == 3001)
        #expect(Set(lines.dropLast()) == ["17762fdd  a"])
        #expect(lines.last?.hasSuffix("  -b") == true)
        #expect(outcome.status == 4 && outcome.errors.contains("--length"))
    }

    @Test("goes on where a file cannot be read, names it, and ends with status 4")
    func partial() throws {
        let scratch = try Scratch()
        try scratch.write("a", "a")
        let outcome = try Program.run("hash", "missing", "a", ".", in: scratch)
        #expect(outcome.status == 4)
        #expect(outcome.text.hasSuffix("  a\n"))
        #expect(outcome.errors.contains("missing") && outcome.errors.contains("directory"))
        let document = try Program.run("hash", "missing", "a", "--json", in: scratch)
        #expect(document.status == 4)
        #expect((try document.document()["failures"] as? [Any])?.count == 1)
        #expect(try Program.run("hash", "missing", in: scratch).status == 1)
    }

    @Test("checks lists, and finds what changed or went")
    func checking() throws {
        let scratch = try Scratch()
        for name in ["a", "b", "new\nline"] { try scratch.write(name, name) }
        let sums = try Program.run("hash", "a", "b", "new\nline", in: scratch)
        try scratch.write("sums", sums.output)
        let good = try Program.run("hash", "--check", "sums", in: scratch)
        #expect(good.status == 0)
        #expect(good.text == "a: OK\nb: OK\n\\new\\nline: OK\n")
        try scratch.write("a", "other")
        try FileManager.default.removeItem(atPath: scratch.path("b"))
        let bad = try Program.run("hash", "--check", "sums", in: scratch)
        #expect(bad.status == 1)
        #expect(bad.text.hasPrefix("a: FAILED\nb: FAILED ("))
        let document = try Program.run("hash", "--check", "sums", "--json", in: scratch).document()
        #expect(document["failed"] as? Int == 2 && document["ok"] as? Int == 1)
        try scratch.write("junk", "not a list\n")
        #expect(try Program.run("hash", "--check", "junk", in: scratch).status == 1)
    }
}
