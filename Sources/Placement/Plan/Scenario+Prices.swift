internal import Model

extension Scenario {
    /// The entries of a price book that a decision rests on.
    public struct PriceUse: Hashable, Sendable, Encodable {
        /// The entry, with its variant.
        public var entry: String
        /// When its source said so.
        public var asOf: String
        /// How far to trust it.
        public var confidence: String
        /// Whether the thing can be had.
        public var status: String
        /// What to beware of; nil for nothing.
        public var warning: String?
        /// Whether it is so old that it may well have changed by the day of the decision.
        public var isOld: Bool

        private enum CodingKeys: String, CodingKey {
            case entry
            case asOf = "as_of"
            case confidence, status, warning
            case isOld = "old"
        }
    }

    /// The same scenario with all tariffs that it names looked up in `book`, and the entries that were.
    ///
    /// - Throws: `usage` where the book has no such entry; a price that is unknown stays unknown.
    public func priced(by book: PriceBook) throws -> (scenario: Scenario, used: [PriceUse]) {
        var out = self
        var used: Set<String> = []
        for index in out.links.indices {
            out.links[index].tariff = try Self.lookUp(
                out.links[index].tariff, book, &used, "links: \(links[index].from) -> \(links[index].to)")
        }
        for index in out.sites.indices { try Self.price(&out.sites[index], book, &used) }
        for index in out.devices.indices { try Self.price(&out.devices[index], book, &used) }
        for index in out.dedicated.indices {
            let place = "dedicated.\(dedicated[index].name)"
            out.dedicated[index].link.tariff = try Self.lookUp(out.dedicated[index].link.tariff, book, &used, place)
            out.dedicated[index].price = try Self.lookUp(out.dedicated[index].price, book, &used, place)
        }
        let today = date.isEmpty ? book.date : date
        let uses = used.sorted().compactMap { name in
            book.entry(name).map {
                PriceUse(
                    entry: name, asOf: $0.entry.asOf, confidence: $0.entry.confidence.rawValue,
                    status: $0.entry.status.rawValue, warning: $0.entry.warning, isOld: $0.entry.isOld(on: today))
            }
        }
        return (out, uses)
    }

    private static func lookUp(_ tariff: Tariff, _ book: PriceBook, _ used: inout Set<String>, _ place: String) throws
        -> Tariff
    {
        guard let name = tariff.name, tariff.schedule == nil else { return tariff }
        guard let schedule = book.schedule(name) else { throw book.unknown(name, at: place) }
        used.insert(name)
        return Tariff(name: name, schedule: schedule)
    }

    private static func lookUp(
        _ tariff: HourlyTariff, _ book: PriceBook, _ used: inout Set<String>, _ place: String
    ) throws -> HourlyTariff {
        guard let name = tariff.name, tariff.price == nil else { return tariff }
        guard let price = book.hourly(name) else { throw book.unknown(name, at: place) }
        used.insert(name)
        return HourlyTariff(name: name, price: price)
    }

    private static func price(_ site: inout Site, _ book: PriceBook, _ used: inout Set<String>) throws {
        let place = "sites.\(site.name)"
        for index in site.offers.indices {
            site.offers[index].price = try lookUp(
                site.offers[index].price, book, &used, "\(place).offers.\(site.offers[index].name)")
        }
        guard var storage = site.storage else { return }
        if let name = storage.tariff.name, storage.tariff.schedule == nil {
            storage.tariff = try lookUp(storage.tariff, book, &used, "\(place).storage")
            if let keeping = book.entry(name)?.entry.keeping {
                storage.minimumDays = max(storage.minimumDays, keeping.minimumDays)
                storage.minimumObject = max(storage.minimumObject, keeping.minimumObject)
                if storage.retrieval == .zero { storage.retrieval = keeping.retrieval }
            }
        }
        if let name = storage.requestsName {
            guard let requests = book.requests(name), let put = storage.put ?? requests.put,
                let get = storage.get ?? requests.get
            else { throw book.unknown(name, at: "\(place).storage.requests") }
            used.insert(name)
            (storage.put, storage.get) = (put, get)
        }
        site.storage = storage
    }

    private static func price(_ device: inout Device, _ book: PriceBook, _ used: inout Set<String>) throws {
        guard let name = device.tariffName else { return }
        guard let entry = book.entry(name)?.entry, let terms = entry.device else {
            throw book.unknown(name, at: "devices.\(device.name)")
        }
        used.insert(name)
        device.fee = device.fee ?? terms.fee
        device.seconds = device.seconds ?? terms.days.map { $0 * 86_400 }
        if let schedule = entry.schedules[""] { device.tariff = Tariff(name: name, schedule: schedule) }
        if entry.status == .closed, device.unavailable == nil {
            device.unavailable = entry.warning ?? "closed to new customers"
        }
    }
}
