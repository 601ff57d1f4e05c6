import Agents
import Model
import Testing

@Suite("What an agent exports")
struct ExportTests {
    @Test("is a name and a folder, or a vault in one")
    func forms() throws {
        let tree = try Export(parsing: "data=/srv/data")
        #expect(tree.name == "data" && tree.kind == .tree && tree.path == "/srv/data" && !tree.isReadOnly)
        let docs = try Export(parsing: "docs=/srv/d=1:ro")
        #expect(docs.path == "/srv/d=1" && docs.isReadOnly && docs.endpoint == "/srv/d=1")
        let vault = try Export(parsing: "backup=vault:/srv/b")
        #expect(vault.kind == .vault(dataset: nil) && vault.endpoint == "vault:/srv/b")
        let dataset = try Export(parsing: "home=vault:/srv/b#home:ro")
        #expect(
            dataset.kind == .vault(dataset: "home") && dataset.isReadOnly && dataset.endpoint == "vault:/srv/b#home")
    }

    @Test(
        "is refused with a remedy where it is something else",
        arguments: [
            "", "data", "=/srv", "a/b=/srv", "..=/srv", "a=", "a=vault:", "a=vault:/b#d@latest", "a=me@host:/srv",
            "a=s3://bucket/p", "a=perigee://host/x", "a=site:x",
        ])
    func refusals(text: String) throws {
        let error = try #require(throws: PerigeeError.self) { try Export(parsing: text) }
        #expect([.usage, .unsupported].contains(error.code) && error.remedy != nil, "\(error)")
    }

    @Test("has each name once")
    func table() throws {
        let export = try Export(parsing: "a=/x")
        #expect(try ExportTable([export])["a"] == export)
        #expect(try ExportTable([export])["b"] == nil)
        #expect(throws: PerigeeError.self) { try ExportTable([export, export]) }
    }
}
