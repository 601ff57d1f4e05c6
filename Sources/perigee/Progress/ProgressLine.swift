internal import Model

/// The state of a run in one line.
struct ProgressLine {
    let verb: String
    let snapshot: ProgressSnapshot
    let meter: ProgressMeter
    /// Since the run began.
    let seconds: Double

    /// For a log: `sync transferring: 1.2 GiB of 3.4 GiB, 310.0 MiB on the wire, ...`.
    var plain: String {
        var parts = [logical, "\(Format.size(snapshot.wire)) on the wire"]
        if let rate = meter.logicalRate { parts.append("\(Format.size(UInt64(rate)))/s") }
        parts += [files, "\(Format.countdown(meter.secondsLeft)) left"]
        return "\(verb) \(snapshot.phase.name): " + parts.joined(separator: ", ")
    }

    /// For a terminal of so many columns; what does not fit there is left away, what matters least first.
    func bar(width: Int) -> String {
        let head = "\(verb) \(snapshot.phase.name) "
        var parts = self.parts
        func tail() -> String { parts.map(\.text).joined(separator: "  ") }
        func room() -> Int { width - head.unicodeScalars.count - tail().unicodeScalars.count - 2 }
        while room() < 0, parts.count > 1, let least = parts.indices.min(by: { parts[$0].rank < parts[$1].rank }) {
            parts.remove(at: least)
        }
        let cells = room() - 3
        let gauge = meter.fraction.flatMap { cells >= 8 ? Self.gauge($0, cells: min(cells, 24)) : nil } ?? ""
        return String((head + gauge + " " + tail()).prefix(max(0, width - 1)))
    }

    /// What there is to say, in order, each with how much it matters.
    private var parts: [(text: String, rank: Int)] {
        var parts = [(logical, 5)]
        if snapshot.wire > 0 { parts.append(("wire \(Format.size(snapshot.wire))", 2)) }
        parts.append((meter.logicalRate.map { "\(Format.size(UInt64($0)))/s" } ?? "--", 3))
        if snapshot.done.files > 0 || snapshot.totalFiles != nil { parts.append((files, 1)) }
        parts.append(("ETA \(Format.countdown(meter.secondsLeft))", 4))
        return parts
    }

    /// For programs: one JSON object and a line break.
    func event(_ name: String) -> String {
        func number(_ value: UInt64?) -> String { value.map(String.init) ?? "null" }
        func decimal(_ value: Double?) -> String { value.map { Quantity.decimal($0, places: 3) } ?? "null" }
        let members = [
            ("schema", "\"perigee.progress/1\""), ("event", JSON.quoted(name)), ("verb", JSON.quoted(verb)),
            ("phase", JSON.quoted(snapshot.phase.name)), ("seconds", decimal(seconds)),
            ("files", number(snapshot.done.files)), ("logical", number(snapshot.done.logical)),
            ("missing", number(snapshot.done.missing)), ("wire", number(snapshot.wire)),
            ("total_files", number(snapshot.totalFiles)), ("total_logical", number(snapshot.totalLogical)),
            ("total_missing", number(snapshot.totalMissing)), ("logical_per_second", decimal(meter.logicalRate)),
            ("wire_per_second", decimal(meter.wireRate)), ("seconds_left", decimal(meter.secondsLeft)),
        ]
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}\n"
    }

    private var logical: String {
        let done = Format.size(snapshot.done.logical)
        return snapshot.totalLogical.map { "\(done) of \(Format.size($0))" } ?? done
    }

    private var files: String {
        let done = snapshot.done.files
        guard let total = snapshot.totalFiles else { return Format.count(done, "file") }
        return "\(Quantity.grouped(done)) of \(Format.count(total, "file"))"
    }

    /// `[=====>    ]`.
    private static func gauge(_ fraction: Double, cells: Int) -> String {
        let full = Int(fraction * Double(cells))
        let head = full < cells && full > 0 ? ">" : ""
        let bar = String(repeating: "=", count: full - (head.isEmpty ? 0 : 1)) + head
        return "[" + bar + String(repeating: " ", count: cells - full) + "]"
    }
}
