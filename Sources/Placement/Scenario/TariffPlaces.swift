internal import Settings

/// Where a scenario names a price book, and entries of it.
///
/// Names are looked up long after the files were read; who names what is not there is told where that stands.
struct TariffPlaces: Sendable {
    private struct Use: Hashable {
        let name: String
        let kind: PriceEntry.Kind
    }

    /// Where the book is named; nil where it is not.
    var book: SettingsPlace?
    private var places: [Use: SettingsPlace] = [:]

    /// Notes that the entry `name` is named at `place`, for what it is to price; the first place counts.
    mutating func note(_ name: String, _ kind: PriceEntry.Kind, at place: SettingsPlace) {
        let use = Use(name: name, kind: kind)
        if places[use] == nil { places[use] = place }
    }

    /// The place, as file, line, column and key; `usual` where it was not read from a file.
    func place(of name: String, _ kind: PriceEntry.Kind, orElse usual: String) -> String {
        places[Use(name: name, kind: kind)].map { "\($0)" } ?? usual
    }
}
