internal import Calibration
internal import Model

extension TransferRecord {
    /// The line that keeps it.
    var line: LedgerLine {
        var line = LedgerLine(at: at)
        for (name, text) in [("verb" as StaticString, verb), ("source", source), ("destination", destination)] {
            line.set(name, text: text)
        }
        if let link { line.set("link", text: link) }
        line.set("bytes", bytes)
        line.set("missing", missing)
        line.set("seconds", seconds)
        line.set("requests", requests)
        if let money { line.set("money", money.micros) }
        if !tariffs.isEmpty { line.set("tariffs", text: tariffs.joined(separator: " ")) }
        guard let expected else { return line }
        line.set("asked", isAsked ? 1 : 0)
        line.set("expected_bytes", expected.bytes)
        line.set("expected_seconds", expected.seconds)
        if let requests = expected.requests { line.set("expected_requests", requests) }
        if let money = expected.money { line.set("expected_money", money.map(\.micros)) }
        return line
    }

    /// The transfer of `line`; nil where it lacks a field.
    init?(_ line: LedgerLine) {
        guard let verb = line.text("verb"), let source = line.text("source"),
            let destination = line.text("destination"), let bytes = line.number("bytes", UInt64.self),
            let missing = line.number("missing", UInt64.self), let seconds = line.number("seconds", Double.self),
            seconds.isFinite, seconds >= 0, let requests = line.number("requests", UInt64.self)
        else { return nil }
        self.init(
            at: line.at, verb: verb, source: source, destination: destination, bytes: bytes, missing: missing,
            seconds: seconds, requests: requests)
        link = line.text("link")
        money = line.number("money", Int64.self).map { Money(micros: $0) }
        tariffs = line.text("tariffs").map { $0.split(separator: " ").map(String.init) } ?? []
        isAsked = line.number("asked", Int.self) == 1
        guard let bytes = line.spread("expected_bytes", UInt64.self),
            let seconds = line.spread("expected_seconds", Double.self), seconds.p10 >= 0, seconds.p90.isFinite
        else { return }
        expected = Expected(
            bytes: bytes, seconds: seconds, requests: line.spread("expected_requests", UInt64.self),
            money: line.spread("expected_money", Int64.self)?.map { Money(micros: $0) })
    }
}
