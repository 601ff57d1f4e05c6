import Content
import Model
import Storage
import TestSupport
import Testing
import Vault

@Suite struct ForgetTests {
    /// Five snapshots, and their IDs, the newest first.
    private func fixture() throws -> (VaultFixture, [ContentID]) {
        let fixture = try VaultFixture()
        for round in 0..<5 { try VaultFixture.commit([("round", [UInt8(round)])], to: fixture.vault) }
        return (fixture, try ids(fixture.vault))
    }

    private func ids(_ vault: Vault) throws -> [ContentID] {
        var history = try vault.history("data")
        var ids: [ContentID] = []
        while let snapshot = try history.next() { ids.append(snapshot.id) }
        return ids
    }

    @Test func `Any set of snapshots can go, in any order, and the history of the others stays readable`() throws {
        for mask in 0..<31 {
            let (fixture, all) = try fixture()
            let gone = Set(all.indices.filter { mask >> $0 & 1 == 1 }.map { all[$0] })
            let (first, rest) = (gone.prefix(gone.count / 2), gone.dropFirst(gone.count / 2))
            try fixture.vault.forget(Set(first), of: "data")
            try fixture.vault.forget(Set(rest), of: "data")
            #expect(try ids(fixture.reopened()) == all.filter { !gone.contains($0) }, "\(mask)")
            let next = try VaultFixture.commit([("next", [9])], to: fixture.reopened())
            #expect(try ids(fixture.reopened()) == [next.id] + all.filter { !gone.contains($0) }, "\(mask)")
            _ = try fixture.vault.collectGarbage(GcOptions(grace: 0))
            #expect(try ids(fixture.reopened()) == [next.id] + all.filter { !gone.contains($0) }, "\(mask)")
            #expect(try fixture.reopened().verify(VerifyOptions(level: .data)).isSound, "\(mask)")
            #expect(try fixture.store.keys("snapshots/").count == all.count - gone.count + 1, "\(mask)")
        }
    }

    @Test
    func `What was forgotten is found by its ID until a gc has deleted it, and is not taken for a part of the history`()
        throws
    {
        let (fixture, all) = try fixture()
        try fixture.vault.forget([all[1], all[4]], of: "data")
        let vault = try fixture.reopened()
        #expect(try vault.forgotten("data").map(\.id) == [all[1], all[4]])
        let digits = SnapshotSelector.prefix(all[1].hex)
        #expect(try vault.resolve("data", digits, orForgotten: true).id == all[1])
        #expect(throws: PerigeeError.self) { try vault.resolve("data", digits) }
        #expect(throws: PerigeeError.self) {
            try vault.resolve("data", .prefix(String(repeating: "0", count: 64)), orForgotten: true)
        }
        #expect(try vault.resolve("data", .latest(back: 1), orForgotten: true).id == all[2])
        #expect(try vault.forgotten("other").isEmpty)
        // All of it, the last one too.
        try fixture.vault.forget(Set(all), of: "data", allowsEmpty: true)
        #expect(try fixture.reopened().forgotten("data").map(\.id) == all)
        _ = try fixture.vault.collectGarbage(GcOptions(grace: 0))
        #expect(try fixture.reopened().forgotten("data").isEmpty)
        #expect(throws: PerigeeError.self) { try fixture.reopened().resolve("data", digits, orForgotten: true) }
    }

    @Test func `A run that dies after any change leaves a history that can be read, with or without what was to go`()
        throws
    {
        for gone in 0..<16 {
            for going in 1..<32 where gone & going == 0 && gone | going != 31 {
                for changes in 0..<3 {
                    let (fixture, all) = try fixture()
                    let (first, second) = (
                        all.indices.filter { gone >> $0 & 1 == 1 }, all.indices.filter { going >> $0 & 1 == 1 }
                    )
                    try fixture.vault.forget(Set(first.map { all[$0] }), of: "data")
                    _ = try fixture.vault.collectGarbage(GcOptions(grace: 0))
                    let dying = try Vault.open(
                        at: DyingStore(fixture.store, changes: changes), secret: VaultFixture.secret)
                    _ = try? dying.forget(Set(second.map { all[$0] }), of: "data")
                    let place = "without \(first), died after \(changes) changes of forgetting \(second)"
                    let left = try ids(fixture.reopened())
                    let must = all.indices.filter { !first.contains($0) && !second.contains($0) }.map { all[$0] }
                    #expect(left.filter { must.contains($0) } == must, "\(place)")
                    #expect(!left.contains { first.map { all[$0] }.contains($0) }, "\(place)")
                    let next = try VaultFixture.commit([("next", [9])], to: fixture.reopened())
                    _ = try fixture.reopened().collectGarbage(GcOptions(grace: 0))
                    #expect(
                        try ids(fixture.reopened()).filter { $0 == next.id || must.contains($0) } == [next.id] + must)
                    #expect(try fixture.reopened().verify(VerifyOptions(level: .data)).isSound, "\(place)")
                }
            }
        }
    }

    @Test func `Without snapshots a dataset is not listed, and goes on where it was`() throws {
        let (fixture, all) = try fixture()
        #expect(code { try fixture.vault.forget(Set(all), of: "data") } == .refused)
        #expect(try fixture.vault.forget(Set(all), of: "data", allowsEmpty: true) == 5)
        #expect(try fixture.vault.datasets().isEmpty && fixture.vault.latest("data") == nil)
        #expect(code { try fixture.vault.forget(Set(all), of: "data") } == .notFound)
        #expect(try fixture.vault.verify().isSound)
        let next = try VaultFixture.commit([("next", [9])], to: fixture.vault)
        #expect(next.sequence == 5 && next.parent == nil)
        #expect(try ids(fixture.reopened()) == [next.id])
    }

    @Test func `A changed bit in what gc and forget write is found, and changes nothing`() throws {
        let (fixture, all) = try fixture()
        try fixture.vault.forget([all[1], all[3]], of: "data")
        _ = try fixture.vault.collectGarbage(GcOptions(grace: 0))
        var seed = Seed.fromEnvironment()
        for key in try fixture.store.keys() where key.text == "gc" || key.text.hasPrefix("gaps/") {
            let bytes = try fixture.store.all(key)
            for _ in 0..<40 {
                try fixture.store.flip(key, at: Int.random(in: 0..<bytes.count, using: &seed), bit: 3)
                #expect(try !fixture.vault.verify().isSound, "\(key)")
                #expect(code { _ = try fixture.reopened().collectGarbage(GcOptions(grace: 0)) } != nil, "\(key)")
                try fixture.store.put(key, bytes, if: .always)
            }
        }
        #expect(try fixture.vault.verify().isSound)
    }
}
