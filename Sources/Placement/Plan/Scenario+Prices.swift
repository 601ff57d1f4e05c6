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

        /// Why it is to be looked at before it is relied on; nil where nothing speaks against it.
        var doubt: String? {
            if status != PriceEntry.Status.current.rawValue { return "the price \(entry) of \(asOf) is \(status)" }
            return isOld ? "the price \(entry) is of \(asOf): see whether it still holds" : nil
        }

        private enum CodingKeys: String, CodingKey {
            case entry
            case asOf = "as_of"
            case confidence, status, warning
            case isOld = "old"
        }
    }

    /// The prices that it is decided by: those that it holds, none where it says so, else those of `given`.
    ///
    /// - Throws: `usage` where it was written for another book than `given`.
    public func book(orElse given: PriceBook) throws -> PriceBook {
        if let ownBook { return ownBook }
        guard let wanted = priceBook, wanted != given.id else { return given }
        if wanted == PriceBook.empty.id { return .empty }
        let told = given.id == PriceBook.empty.id ? "there is none" : "\(given.id) was given"
        throw PerigeeError(
            .usage, "it was written for the price book \(wanted), and \(told)",
            at: tariffPlaces.book.map { "\($0)" } ?? name,
            remedy: "name the file of \(wanted) with --price-book, or change price_book:")
    }

    /// The same scenario with all tariffs that it names looked up, the book that they were looked up in, and its entries that
    /// were.
    ///
    /// - Throws: what ``book(orElse:)`` throws, and `usage` where the book has no such entry, or it prices something else; a
    ///   price that is unknown stays unknown.
    public func priced(by given: PriceBook) throws -> (scenario: Scenario, book: PriceBook, used: [PriceUse]) {
        let book = try book(orElse: given)
        var out = self
        var desk = PriceDesk(book: book, places: tariffPlaces)
        for index in out.links.indices {
            out.links[index].tariff = try desk.lookUp(
                out.links[index].tariff, .traffic, "links: \(links[index].from) -> \(links[index].to)")
        }
        for index in out.sites.indices { try desk.price(&out.sites[index]) }
        for index in out.devices.indices { try desk.price(&out.devices[index]) }
        for index in out.dedicated.indices {
            let place = "dedicated.\(dedicated[index].name)"
            out.dedicated[index].link.tariff = try desk.lookUp(out.dedicated[index].link.tariff, .traffic, place)
            out.dedicated[index].price = try desk.lookUp(out.dedicated[index].price, place)
        }
        let used = desk.used
        let today = date.isEmpty ? book.date : date
        return (out, book, used.sorted().compactMap { book.use(of: $0, on: today) })
    }
}

extension PriceBook {
    /// What a decision of a day written `2026-11-25` rests on in the entry called `name`; nil where there is none.
    func use(of name: String, on day: String) -> Scenario.PriceUse? {
        entry(name).map {
            Scenario.PriceUse(
                entry: name, asOf: $0.entry.asOf, confidence: $0.entry.confidence.rawValue,
                status: $0.entry.status.rawValue, warning: $0.entry.warning, isOld: $0.entry.isOld(on: day))
        }
    }
}

/// Looks tariffs up in a book, and keeps which.
private struct PriceDesk {
    let book: PriceBook
    let places: TariffPlaces
    private(set) var used: Set<String> = []

    init(book: PriceBook, places: TariffPlaces) { (self.book, self.places) = (book, places) }

    /// The error that says that `name` has no such price.
    private func unknown(_ name: String, _ kind: PriceEntry.Kind, _ place: String) -> PerigeeError {
        book.unknown(name, at: places.place(of: name, kind, orElse: place))
    }

    /// The entry that `name` means.
    ///
    /// - Throws: `usage` where there is none, or it prices something else than `kind`.
    private func entry(_ name: String, _ kind: PriceEntry.Kind, _ place: String) throws -> PriceEntry {
        let place = places.place(of: name, kind, orElse: place)
        guard let entry = book.entry(name)?.entry else { throw book.unknown(name, at: place) }
        guard entry.kind == kind else { throw book.misfit(entry, wanted: kind, at: place) }
        return entry
    }

    mutating func lookUp(_ tariff: Tariff, _ kind: PriceEntry.Kind, _ place: String) throws -> Tariff {
        guard let name = tariff.name, tariff.schedule == nil else { return tariff }
        _ = try entry(name, kind, place)
        guard let schedule = book.schedule(name) else { throw unknown(name, kind, place) }
        used.insert(name)
        return Tariff(name: name, schedule: schedule)
    }

    mutating func lookUp(_ tariff: HourlyTariff, _ place: String) throws -> HourlyTariff {
        guard let name = tariff.name, tariff.price == nil else { return tariff }
        _ = try entry(name, .hourly, place)
        guard let price = book.hourly(name) else { throw unknown(name, .hourly, place) }
        used.insert(name)
        return HourlyTariff(name: name, price: price)
    }

    mutating func price(_ site: inout Scenario.Site) throws {
        let place = "sites.\(site.name)"
        for index in site.offers.indices {
            site.offers[index].price = try lookUp(
                site.offers[index].price, "\(place).offers.\(site.offers[index].name)")
        }
        guard var storage = site.storage else { return }
        if let name = storage.tariff.name, storage.tariff.schedule == nil {
            storage.tariff = try lookUp(storage.tariff, .storage, "\(place).storage")
            if let keeping = book.entry(name)?.entry.keeping {
                storage.minimumDays = max(storage.minimumDays, keeping.minimumDays)
                storage.minimumObject = max(storage.minimumObject, keeping.minimumObject)
                if storage.retrieval == .zero { storage.retrieval = keeping.retrieval }
            }
        }
        if let name = storage.requestsName {
            let place = "\(place).storage.requests"
            guard let requests = try entry(name, .requests, place).requests, let put = storage.put ?? requests.put,
                let get = storage.get ?? requests.get
            else { throw unknown(name, .requests, place) }
            used.insert(name)
            (storage.put, storage.get) = (put, get)
        }
        site.storage = storage
    }

    mutating func price(_ device: inout Scenario.Device) throws {
        guard let name = device.tariffName else { return }
        let place = "devices.\(device.name)"
        let entry = try entry(name, .device, place)
        guard let terms = entry.device else { throw unknown(name, .device, place) }
        used.insert(name)
        device.fee = device.fee ?? terms.fee
        device.seconds = device.seconds ?? terms.days.map { $0 * 86_400 }
        if let schedule = entry.schedules[""] { device.tariff = Tariff(name: name, schedule: schedule) }
        if entry.status == .closed, device.unavailable == nil {
            device.unavailable = entry.warning ?? "closed to new customers"
        }
    }
}
