import Model
import Placement
import Testing

@Suite("The price book")
struct PriceBookTests {
    @Test("of the project is whole: every entry has a date, a source and a price or says that it is unknown")
    func projectBook() throws {
        let book = try Books.prices()
        #expect(book.id == "list-2026-11")
        #expect(book.entries.count >= 45)
        for (id, entry) in book.entries {
            #expect(!entry.source.isEmpty && !entry.asOf.isEmpty, "\(id)")
            let isPriced =
                !entry.schedules.isEmpty || !entry.hourly.isEmpty || entry.requests != nil || !entry.carbon.isEmpty
            #expect(isPriced || entry.device != nil, "\(id)")
        }
        #expect(book.entry("aws.snowball")?.entry.status == .closed)
        #expect(book.hourly("aws.compute.us-east/p5.48xlarge")?.description == "55.04")
        #expect(book.requests("aws.s3.us-east-1.requests")?.get?.description == "0.0000004")
        #expect(!book.conflicts.isEmpty)
    }

    @Test("knows no price where none is written, and never takes that for nothing")
    func unknown() throws {
        let book = try Books.prices()
        #expect(book.hourly("aws.interconnect.multicloud.hour/10Gbps") == nil)
        #expect(book.hourly("aws.interconnect.multicloud.hour/500Mbps") == .zero)
        #expect(book.schedule("aws.egress.internet.first_tier") == nil, "a variant is needed")
        #expect(book.schedule("aws.egress.internet.first_tier/sa-east-1") != nil)
        #expect(book.schedule("nobody") == nil)
        #expect(book.unknown("aws.egres", at: "x").remedy?.contains("aws.") == true)
    }

    @Test("tells all that is wrong in it, with lines and remedies")
    func faults() {
        let text = """
            schema: perigee.pricebook/1
            id: b
            date: yesterday
            entries:
              - {id: a, kind: traffic, provider: p, as_of: 2026, confidence: A, source: s, price: 0.1}
              - {id: b, kind: traffic, provider: p, as_of: 2026, confidence: A, source: s, unit: GB, price: -1}
              - {id: c, kind: traffic, provider: p, as_of: 2026, confidence: A, source: s, unit: GB, tiers: [{up_to: 9, price: 1}, {up_to: 3, price: 1}, {price: 2}]}
              - {id: d, kind: wood, provider: p, as_of: 2026, confidence: D, source: s}
              - {id: d, kind: hourly, provider: p, as_of: 2026, confidence: B, source: s}
              - {id: e, kind: storage, provider: p, confidence: B, source: s, unit: KB, price: 1, tirs: []}
            """
        let error = #expect(throws: PerigeeError.self) { try PriceBook(yaml: text, file: "b.yaml") }
        let told = error?.description ?? ""
        for part in [
            "b.yaml:3:7 date", "add unit: GB or unit: GiB", "\"-1\" is not a price", "tiers must rise",
            "\"wood\" is not one of",
            "there is no price", "as_of is missing", "\"KB\" is not GB, GiB", "did you mean tiers?",
        ] { #expect(told.contains(part), "\(part) in \(told)") }
    }

    @Test("says what it is where it is no mapping at its top")
    func top() {
        let error = #expect(throws: PerigeeError.self) { try PriceBook(yaml: "- {id: a}\n", file: "b.yaml") }
        #expect(error?.place == "b.yaml:1:1" && error?.remedy?.contains("schema: perigee.pricebook/1") == true)
        #expect(error?.message == "the document is a list, not a mapping of keys", "\(error?.message ?? "")")
    }

    @Test("says where a name stands that it does not have, and which may be meant")
    func near() throws {
        let book = try Books.prices()
        func fault(_ tariff: String) -> PerigeeError? {
            let yaml = """
                sites: {a: {}, b: {offers: {m: {price_per_hour: 1}}}}
                links:
                  - {from: a, to: b, bandwidth: 1Gbit/s, tariff: \(tariff)}
                datasets: {d: {size: 1GB, at: a}}
                workloads: {w: {reads: [d], runtime: 1h}}
                """
            return #expect(throws: PerigeeError.self) { try Books.decide(yaml, book: book) }
        }
        let short = try #require(fault("aws.egress.internet"))
        #expect(short.place?.hasPrefix("s.yaml:4:50 links[0]") == true, "\(short.place ?? "")")
        #expect(short.remedy?.contains("such as aws.egress.internet.") == true, "\(short.remedy ?? "")")
        let misspelled = try #require(fault("aws.egres.internet.us_eu"))
        #expect(misspelled.remedy == "did you mean aws.egress.internet.us_eu?", "\(misspelled.remedy ?? "")")
        #expect(fault("aws.s3.us-east-1.standard")?.place?.hasPrefix("s.yaml:4:50") == true)
    }

    @Test("prices nothing by an entry of another kind, and says which kind is needed")
    func kinds() throws {
        let book = try Books.prices()
        let (bytes, kept) = ("aws.egress.internet.us_eu", "aws.s3.us-east-1.standard")
        let (requests, hours) = ("aws.s3.us-east-1.requests", "aws.compute.us-east/p5.48xlarge")
        func decide(link: String, storage: String, requests: String, offer: String) throws {
            _ = try Books.decide(
                """
                sites:
                  a: {}
                  b: {offers: {m: {tariff: \(offer)}}, storage: {tariff: \(storage), requests: \(requests)}}
                links: [{from: a, to: b, bandwidth: 1Gbit/s, tariff: \(link)}]
                datasets: {d: {size: 1GB, at: a}}
                workloads: {w: {reads: [d], runtime: 1h}}
                """, book: book)
        }
        try decide(link: bytes, storage: kept, requests: requests, offer: hours)
        for (link, storage, wishes, offer, says) in [
            (
                kept, kept, requests, hours,
                "\(kept) of the price book \(book.id) is of kind storage, and one of kind traffic"
            ),
            (bytes, bytes, requests, hours, "is of kind traffic, and one of kind storage is needed"),
            (bytes, kept, bytes, hours, "is of kind traffic, and one of kind requests is needed"),
            (bytes, kept, requests, kept, "is of kind storage, and one of kind hourly is needed"),
        ] {
            let error = #expect(throws: PerigeeError.self) {
                try decide(link: link, storage: storage, requests: wishes, offer: offer)
            }
            #expect(error?.code == .usage && error?.message.contains(says) == true, "\(error?.message ?? "")")
            #expect(error?.remedy?.contains(", such as aws.") == true, "\(error?.remedy ?? "")")
        }
    }

    @Test("that a scenario was written for is the one it is decided by")
    func named() throws {
        let yaml = """
            price_book: of-last-year
            sites: {a: {offers: {m: {price_per_hour: 1}}}}
            workloads: {w: {runtime: 1h}}
            """
        let error = #expect(throws: PerigeeError.self) { try Books.decide(yaml, book: Books.prices()) }
        #expect(error?.message.contains("of-last-year") == true)
        #expect(error?.place == "s.yaml:2:13 price_book", "\(error?.place ?? "")")
        let none = #expect(throws: PerigeeError.self) { try Books.decide(yaml) }
        #expect(none?.message.hasSuffix("and there is none") == true, "\(none?.message ?? "")")
        let table = #expect(throws: PerigeeError.self) { try LocalityTable(Books.scenario(yaml), book: Books.prices()) }
        #expect(table?.message == error?.message)
        let without = try Books.decide(yaml.replacing("of-last-year", with: "none"), book: Books.prices())
        #expect(without.provenance.priceBook == "none" && without.provenance.priceBookDate.isEmpty)
    }

    @Test("that a scenario holds is the one it is decided by, whatever is given")
    func held() throws {
        func yaml(_ price: String) -> String {
            """
            price_book:
              id: own
              date: 2026-11
              entries: [{id: m, kind: hourly, provider: p, as_of: 2026, confidence: A, source: s, prices: {x: \(price)}}]
            sites: {a: {offers: {m: {tariff: m/x}}}}
            workloads: {w: {runtime: 2h}}
            """
        }
        for book in [try Books.prices(), .empty] {
            let told = try Books.decide(yaml("1.25"), book: book)
            #expect(told.total.money.cents == "2.50" && told.provenance.priceBook == "own")
            #expect(told.provenance.prices.map(\.entry) == ["m/x"] && told.provenance.priceBookDate == "2026-11")
        }
        let error = #expect(throws: PerigeeError.self) { try Books.decide(yaml("-1")) }
        #expect(error?.place?.hasPrefix("s.yaml:5:") == true && error?.message.contains("is no price") == true)
        let missing = #expect(throws: PerigeeError.self) { try Books.decide(yaml("1").replacing("m/x", with: "n")) }
        #expect(missing?.message == "the price book own has no entry n", "\(missing?.message ?? "")")
    }
}
