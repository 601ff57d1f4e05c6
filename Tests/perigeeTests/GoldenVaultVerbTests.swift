import Foundation
import TestSupport
import Testing

@Suite("The program on golden vaults of format version 1")
struct GoldenVaultVerbTests {
    private let secret = ["PERIGEE_PASSPHRASE": GoldenVault.passphrase]

    /// A copy of the golden vault of `cipher` in `scratch`, as an endpoint.
    private func vault(_ cipher: String, in scratch: Scratch, file: String = #filePath) throws -> String {
        let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
        let golden = tests.appendingPathComponent("VaultTests/Golden/Vaults/\(cipher)")
        try FileManager.default.copyItem(at: golden, to: scratch.url.appendingPathComponent("vault"))
        return "vault:\(scratch.path("vault"))"
    }

    @Test("list, verify and restore each snapshot", arguments: GoldenVault.ciphers)
    func read(cipher: String) throws {
        let scratch = try Scratch()
        let vault = try vault(cipher, in: scratch)
        let endpoint = "\(vault)#\(GoldenVault.dataset)"
        let history = try Program.run("log", endpoint, "--json", environment: secret)
        #expect((try history.document()["snapshots"] as? [Any])?.count == GoldenVault.snapshots.count)
        let verified = try Program.run("verify", vault, "--data", "--json", environment: secret)
        #expect(verified.status == 0, "\(verified.text) \(verified.errors)")
        for (back, number) in GoldenVault.snapshots.indices.reversed().enumerated() {
            try expectRestored("\(endpoint)@latest~\(back)", GoldenVault.snapshots[number], in: scratch, "r\(number)")
        }
        try scratch.write("key", Data(GoldenVault.keyFile))
        let hello = try Program.run("cat", endpoint, "docs/hello", "--key-file", scratch.path("key"))
        #expect(hello.text == "Hello again, vault.\n")
    }

    private func expectRestored(
        _ endpoint: String, _ files: [(path: String, bytes: [UInt8])], in scratch: Scratch, _ name: String
    ) throws {
        for (path, bytes) in files { try scratch.write("\(name)-wanted/\(path)", Data(bytes)) }
        let restored = try Program.run("restore", endpoint, scratch.path(name), environment: secret)
        #expect(restored.status == 0, "\(restored.text) \(restored.errors)")
        let told = try Program.shell("diff -r --no-dereference \(name)-wanted \(name)", in: scratch)
        #expect(told.status == 0 && told.text.isEmpty, "\(told.text) \(told.errors)")
    }

    @Test("both ciphers make a vault, keep what is put into it, and are read where the other is the faster one")
    func cycle() throws {
        // OpenSSL is told that the processor has no instructions for AES.
        let withoutAES = ["OPENSSL_ia32cap": "~0x200000200000000", "OPENSSL_armcap": "0"]
        for cipher in GoldenVault.ciphers {
            let site = try FaultSite()
            var seed = Seed.fromEnvironment()
            try site.scratch.write("s/noise", random: 300_000, &seed)
            try site.scratch.write("s/text", String(repeating: "hello, vault ", count: 5000))
            let made = try site.run("init", site.vault(), "--cipher", cipher)
            #expect(made.document["cipher"] as? String == cipher, "\(made.text)")
            #expect(String(decoding: try site.scratch.read("vault/descriptor"), as: UTF8.self).contains(cipher))
            #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
            #expect(try site.run("verify", site.vault(), "--data").status == 0)
            let restored = try Program.run(
                "restore", site.vault("d"), site.path("r"),
                environment: site.environment.merging(withoutAES) { $1 })
            #expect(restored.status == 0, "\(restored.errors)")
            #expect(try site.differences("s", "r") == "", "seed \(seed.value)")
        }
        let site = try FaultSite()
        let wrong = try site.run("init", site.vault(), "--cipher", "rot13")
        #expect(wrong.status == 2 && wrong.text.contains("chacha20-poly1305"), "\(wrong.text)")
    }

    @Test("the default is the cipher that doctor calls the faster one here")
    func usual() throws {
        let site = try FaultSite()
        let made = try site.run("init", site.vault())
        let told = try site.run("doctor").outcome.text.lowercased()
        let cipher = try #require(made.document["cipher"] as? String)
        #expect(GoldenVault.ciphers.contains(cipher) && told.contains(cipher), "\(told)")
    }
}
