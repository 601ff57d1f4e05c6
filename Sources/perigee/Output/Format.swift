internal import Model

/// Figures for people.
enum Format {
    /// A size: `1.5 GiB`.
    static func size(_ bytes: UInt64) -> String { ByteCount(bytes).description }

    /// A number and its noun: `1 file`, `78,123 files`.
    static func count(_ value: some BinaryInteger, _ noun: String) -> String {
        "\(Quantity.grouped(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// A speed; nil where there was no time to have one.
    static func rate(_ bytes: UInt64, in seconds: Double) -> String? {
        seconds > 0.001 && bytes > 0 ? size(UInt64(min(Double(bytes) / seconds, 0x1p63))) + "/s" : nil
    }

    /// A time: `8 ms`, `1.24 s`, `3 min 05 s`, `2 h 07 min`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "--" }
        if seconds < 0.9995 { return "\(Quantity.decimal(seconds * 1000, places: 0)) ms" }
        if seconds < 59.995 { return "\(Quantity.decimal(seconds, places: 2)) s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
        return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
    }

    /// Carbon dioxide: `850 g`, `12.3 kg`, `1.4 t`.
    static func carbon(_ grams: Double) -> String {
        if grams < 1000 { return "\(Quantity.decimal(grams, places: 0)) g of CO2" }
        if grams < 1e6 { return "\(Quantity.decimal(grams / 1000, places: 1)) kg of CO2" }
        return "\(Quantity.decimal(grams / 1e6, places: 1)) t of CO2"
    }

    /// A time left, short and steady in width: `0:07`, `12:30`, `3:05:00`; `--` where it is not known.
    static func countdown(_ seconds: Double?) -> String {
        guard let seconds, abs(seconds) < 1e9 else { return "--" }
        let whole = Int(seconds.rounded(.up))
        if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }

    /// The beginning of an ID, enough to name it.
    static func short(_ id: String) -> String { String(id.prefix(12)) }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
