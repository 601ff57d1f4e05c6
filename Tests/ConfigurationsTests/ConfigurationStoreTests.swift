import Configurations
import Model
import Synchronization
import Testing

@Suite("A configuration that is read again")
struct ConfigurationStoreTests {
    /// A file that a test changes.
    private final class File: Sendable {
        private let content: Mutex<Result<String, PerigeeError>>

        init(_ text: String) { content = Mutex(.success(text)) }

        func write(_ text: String) { content.withLock { $0 = .success(text) } }
        func take(_ error: PerigeeError) { content.withLock { $0 = .failure(error) } }
        func bytes() throws -> [UInt8] { Array(try content.withLock { $0 }.get().utf8) }
    }

    private static let text = """
        version: 1
        sites: { a: { attributes: { country: DE }, tariff: x }, b: {} }
        links: [{ from: a, to: b }]
        datasets: { d: { replicas: { a: /d } }, e: {} }
        replication: [{ dataset: d, copies: 1 }]
        policies: { p: 1 }
        """

    private func store() throws -> (ConfigurationStore, File) {
        let file = File(Self.text)
        return (try ConfigurationStore(path: "x.yaml") { try file.bytes() }, file)
    }

    @Test("says by name what is new, changed and gone, and is in use from then on")
    func changes() throws {
        let (store, file) = try store()
        file.write(
            """
            version: 1
            here: a
            sites: { c: {}, a: { attributes: { country: FR }, tariff: x } }
            links: [{ from: a, to: c }]
            datasets: { d: { replicas: { a: /d } }, e: { exclude: [x] } }
            replication: [{ dataset: d, copies: 1 }]
            policies: { p: 2 }
            schedules: []
            """)
        guard case .changed(let changes) = store.reload() else { throw PerigeeError(.format, "not changed") }
        #expect(changes.sites == .init(added: ["c"], changed: ["a"], removed: ["b"]))
        #expect(changes.links == .init(added: ["a -> c"], removed: ["a -> b"]))
        #expect(changes.datasets == .init(changed: ["e"]) && changes.rules.isEmpty && changes.notices.isEmpty)
        #expect(changes.sections == .init(added: ["schedules"], changed: ["policies"]) && changes.isHostChanged)
        #expect(store.current.site("c") != nil && store.current.here == "a")
    }

    @Test("is unchanged where only comments, blanks and the order of lines are otherwise")
    func unchanged() throws {
        let (store, file) = try store()
        file.write("# a comment\n\n" + Self.text.replacing("links:", with: "\n# why\nlinks:") + "\n")
        guard case .unchanged = store.reload() else { throw PerigeeError(.format, "changed") }
        #expect(store.current.links[0].position.line > 3)
    }

    @Test("stays what it was where the file has become wrong or cannot be read, and recovers")
    func refused() throws {
        let (store, file) = try store()
        file.write("version: 1\nsites: { c: {} }\nlinks: [{ from: c, to: q }]\nlimit: 1\n")
        guard case .refused(let faults, count: 2) = store.reload() else { throw PerigeeError(.format, "taken") }
        #expect(faults.map(\.key) == ["links[0].to", "limit"])
        #expect(store.current.sites.map(\.name) == ["a", "b"])
        file.take(PerigeeError(.io, "gone"))
        guard case .unreadable(let error) = store.reload() else { throw PerigeeError(.format, "read") }
        #expect(error.message == "gone" && store.current.sites.count == 2)
        file.write("version: 1\n")
        guard case .changed = store.reload() else { throw PerigeeError(.format, "not changed") }
        #expect(store.current.sites.isEmpty)
    }

    @Test("is not begun with where the file is wrong")
    func wrongAtFirst() {
        let error = #expect(throws: PerigeeError.self) {
            try ConfigurationStore(path: "x.yaml") { Array("version: 2".utf8) }
        }
        #expect(error?.place == "x.yaml:1:10: version")
    }

    @Test("can be asked by many threads while it is read again")
    func concurrency() async throws {
        let (store, file) = try store()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<64 {
                group.addTask {
                    if index % 8 == 0 { file.write(index % 16 == 0 ? Self.text : "version: 1\nsites: { z: {} }\n") }
                    if index % 2 == 0 { store.reload() }
                    let names = store.current.sites.map(\.name)
                    #expect(names == ["a", "b"] || names == ["z"])
                }
            }
        }
    }
}
