import Foundation
import Testing

@Suite("The verbs of vaults")
struct VaultVerbTests {
    private let secret = ["PERIGEE_PASSPHRASE": "correct horse"]

    private func code(_ outcome: Program.Outcome) throws -> String? { try outcome.document()["code"] as? String }

    @Test("make a vault, list and add keys, and open it by any of them")
    func keys() throws {
        let scratch = try Scratch()
        let vault = "vault:\(scratch.path("vault"))"
        let made = try Program.run("init", vault, "--json", "--label", "first", environment: secret)
        #expect(made.status == 0, "\(made.errors)")
        #expect(try made.document()["schema"] as? String == "perigee.vault/1")
        #expect(try code(Program.run("init", vault, "--json", environment: secret)) == "exists")

        // A vault within it would hold what this one takes for its own.
        for place in ["/packs", "/packs/", "/a/b"] {
            let within = try Program.run("init", vault + place, "--json", environment: secret)
            #expect(within.status == 1 && within.text.contains("within the vault"), "\(within.text)")
        }

        try scratch.write("key", Data((0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37) }))
        let added = try Program.run(
            "keys", "add", vault, "--new-key-file", scratch.path("key"), "--label", "second", environment: secret)
        #expect(added.status == 0, "\(added.errors)")
        let keys = try #require(
            try Program.run("keys", "list", vault, "--json").document()["keys"] as? [[String: Any]])
        #expect(Set(keys.compactMap { $0["label"] as? String }) == ["first", "second"])
        #expect(Set(keys.compactMap { $0["kind"] as? String }) == ["passphrase", "key_file"])

        #expect(try Program.run("log", vault, "--key-file", scratch.path("key")).status == 0)
        try scratch.write("phrase", "correct horse\n")
        #expect(try Program.run("log", vault, "--passphrase-file", scratch.path("phrase")).status == 0)
        let piped = try Program.shell("$P log \(vault) --passphrase-fd 7 7<phrase", in: scratch)
        #expect(piped.status == 0, "\(piped.errors)")
    }

    @Test("copy what opens a vault, by which it can be opened again where that was lost")
    func export() throws {
        let site = try FaultSite(vault: true)
        try site.scratch.write("s/a", "kept")
        try site.scratch.write("key", Data((0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37) }))
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        let added = try site.run("keys", "add", site.vault(), "--new-key-file", "@key")
        let id = try #require((added.document["keys"] as? [[String: Any]])?.first?["id"] as? String)
        let made = try site.run("keys", "export", site.vault(), "@safe")
        #expect(made.status == 0, "\(made.text)")
        #expect((made.document["keys"] as? [Any])?.count == 2)
        func copied() throws -> Int { try site.files("safe").keys.filter { !$0.hasPrefix(".") }.count }
        #expect(try copied() == 4)

        // A damaged keyring does not take the place of the good copy.
        try site.shell("cp vault/keyring sound; printf XX | dd of=vault/keyring bs=1 seek=60 conv=notrunc 2>&-")
        #expect(try site.run("keys", "export", site.vault(), "@safe").code == "damaged")
        #expect(try site.scratch.read("safe/keyring") == site.scratch.read("sound"))

        try site.shell("rm -r vault/keyring vault/descriptor vault/keys; cp -r safe/. vault")
        let restored = try site.run("restore", site.vault("d"), "@r", "--key-file", "@key")
        #expect(restored.status == 0, "\(restored.text)")
        #expect(try site.files("r") == site.files("s"))

        #expect(try site.run("keys", "remove", site.vault(), id).status == 0)
        #expect(try site.run("keys", "export", site.vault(), "@safe").status == 0)
        #expect(try copied() == 3)
        #expect(try site.run("init", "vault:\(site.path("other"))").status == 0)
        #expect(try site.run("keys", "export", "vault:\(site.path("other"))", "@safe").code == "exists")
    }

    @Test("refuse a wrong secret, and say where else one may come from where there is none")
    func wrongSecret() throws {
        let scratch = try Scratch()
        let vault = "vault:\(scratch.path("vault"))"
        _ = try Program.run("init", vault, environment: secret)
        let wrong = try Program.run("log", vault, "--json", environment: ["PERIGEE_PASSPHRASE": "wrong"])
        #expect(wrong.status == 1)
        #expect(try code(wrong) == "key")
        let none = try Program.shell("setsid -w $P log \(vault) </dev/null", in: scratch)
        #expect(none.status == 1)
        #expect(none.errors.contains("PERIGEE_PASSPHRASE"))
        #expect(!wrong.text.contains("horse"))
        let several = try Program.run("log", vault, "--key-file", "a", "--passphrase-fd", "3")
        #expect(several.status == 2)
    }

    @Test("say what is missing: a vault, a dataset, a snapshot")
    func missing() throws {
        let scratch = try Scratch()
        #expect(
            try code(Program.run("log", "vault:\(scratch.path("x"))", "--json", environment: secret)) == "not_found")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("x")), "looking makes nothing")
        let vault = "vault:\(scratch.path("vault"))"
        _ = try Program.run("init", vault, environment: secret)
        #expect(try code(Program.run("ls", "\(vault)#docs", "--json", environment: secret)) == "not_found")
        #expect(try code(Program.run("ls", vault, "--json", environment: secret)) == "usage")
        #expect(try code(Program.run("ls", "\(vault)#docs@zz", "--json", environment: secret)) == "usage")
    }

    @Test(
        "leave out of a sync from a vault what is excluded, and neither write nor delete nor rename it",
        arguments: [false, true])
    func excluded(isRemote: Bool) throws {
        let site = try FaultSite(vault: true)
        let environment = isRemote ? try FakeShell.install(in: site.scratch) : [:]
        let target = (isRemote ? "there:" : "") + site.path("r")
        func run(_ more: String...) throws -> FaultSite.Report {
            let end = ["--remote-perigee", Program.path]
            return try site.run(["sync", site.vault("d"), target] + more + end, with: environment)
        }
        try site.scratch.write("s/a.o", "object")
        try site.scratch.write("s/cache/b", "cached")
        try site.scratch.write("s/c", "kept")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        let first = try run("--exclude", "*.o", "--exclude", "cache/")
        #expect(first.status == 0, "\(first.text)")
        #expect(first["files", "new"] == 1)
        #expect(try site.files("r") == ["c": Data("kept".utf8)])
        #expect(!FileManager.default.fileExists(atPath: site.path("r/cache")))
        // What is there already is brought by a run without them, and then stays whatever the vault has.
        #expect(try run().status == 0)
        #expect(try site.files("r").count == 3)
        try site.shell("rm s/a.o; mv s/cache/b s/moved; rmdir s/cache; echo x > s/e.o")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        let second = try run("--exclude", "*.o", "--exclude", "cache/", "--delete", "--max-delete", "100%")
        #expect(second.status == 0, "\(second.text)")
        #expect(try site.files("r").keys.sorted() == ["a.o", "c", "cache/b", "moved"])
        #expect(second["files", "deleted"] == 0)
    }

    @Test("the last glob of the command line that matches decides, whichever option it came by")
    func filterOrder() throws {
        let site = try FaultSite(vault: true)
        for name in ["a.c", "secret.c", "notes"] { try site.scratch.write("s/\(name)", "text") }
        try site.scratch.write("no-secrets", "secret.*\n")
        for (options, kept) in [
            (["--exclude", "*", "--include", "*.c", "--exclude", "secret.c"], ["a.c"]),
            (["--exclude", "*", "--include=*.c", "--exclude-from", "@no-secrets"], ["a.c"]),
            (["--exclude", "secret.c", "--exclude", "*", "--include", "*.c"], ["a.c", "secret.c"]),
            (["--exclude-from", "@no-secrets", "--include", "*.c", "--exclude", "notes"], ["a.c", "secret.c"]),
            (["--include", "*.c", "--exclude", "*"], []),
        ] {
            try site.shell("rm -rf r t")
            #expect(try site.run(["sync", "@s", "@r"] + options).status == 0)
            #expect(try site.files("r").keys.sorted() == kept, "\(options)")
            #expect(try site.run(["snapshot", "@s", site.vault("d")] + options).status == 0)
            #expect(try site.run("restore", site.vault("d"), "@t").status == 0)
            #expect(try site.files("t").keys.sorted() == kept, "\(options)")
        }
    }

    @Test("verify an empty vault as sound, and name a flipped byte")
    func verify() throws {
        let scratch = try Scratch()
        let vault = "vault:\(scratch.path("vault"))"
        _ = try Program.run("init", vault, environment: secret)
        let sound = try Program.run("verify", vault, "--data", "--json", environment: secret)
        #expect(sound.status == 0, "\(sound.text) \(sound.errors)")
        #expect(try sound.document()["sound"] as? Bool == true)
        var keyring = try scratch.read("vault/keyring")
        keyring[keyring.count / 2] ^= 1
        try scratch.write("vault/keyring", keyring)
        let damaged = try Program.run("verify", vault, environment: secret)
        #expect(damaged.status == 1)
        #expect((damaged.text + damaged.errors).contains("keyring"))
    }
}
