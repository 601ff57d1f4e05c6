// The state of a schedule as text: written with each turn in which something happens to it.
extension ScheduleState {
    /// JSON that decodes to the same; it takes a fraction of the time that an encoder does.
    package var text: String {
        var text = StateText()
        text.object { text in
            text.member("name", name)
            text.member("fingerprint", fingerprint)
            text.member("decided", decided)
            if let givenUp {
                text.object("givenUp") { text in
                    text.member("from", givenUp.from)
                    text.member("at", givenUp.at)
                }
            }
            text.member("issued", issued.text)
            text.member("isPaused", isPaused)
            text.list("runs", runs) { text, run in text.object { run.write(to: &$0) } }
        }
        return String(decoding: text.bytes, as: UTF8.self)
    }
}

extension OpenRun {
    fileprivate func write(to text: inout StateText) {
        text.object("id") { text in
            text.member("schedule", id.schedule)
            text.member("due", id.due)
        }
        text.member("cause", cause.rawValue)
        text.member("phase", phase.rawValue)
        text.member("startsAt", startsAt)
        text.list("awaits", awaits) { $0.value($1) }
        text.member("attempt", attempt)
        text.member("failures", failures)
        if let firstStart { text.member("firstStart", firstStart) }
        if let stopsAt { text.member("stopsAt", stopsAt) }
        if let stopReason { text.member("stopReason", stopReason.rawValue) }
        if let delay { text.member("delay", delay.rawValue) }
        if let isCutOff { text.member("isCutOff", isCutOff) }
        if let checkpoint { text.member("checkpoint", checkpoint) }
        text.object("attemptSpent") { attemptSpent.write(to: &$0) }
        text.object("spent") { spent.write(to: &$0) }
    }
}

extension Spending {
    fileprivate func write(to text: inout StateText) {
        text.member("bytes", bytes)
        text.member("microdollars", microdollars)
        text.member("unpricedBytes", unpricedBytes)
    }
}

/// JSON in the making.
private struct StateText {
    private(set) var bytes: [UInt8] = []
    /// Whether a value stands before the next one in the same list or object.
    private var follows = false

    init() { bytes.reserveCapacity(768) }

    mutating func object(_ name: StaticString? = nil, _ body: (inout StateText) -> Void) {
        begin(name)
        nested(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    mutating func list<Item>(_ name: StaticString, _ items: [Item], _ body: (inout StateText, Item) -> Void) {
        begin(name)
        nested(UInt8(ascii: "["), UInt8(ascii: "]")) { text in for item in items { body(&text, item) } }
    }

    mutating func member(_ name: StaticString, _ value: String) {
        begin(name)
        quote(value)
    }

    mutating func member(_ name: StaticString, _ value: some FixedWidthInteger) {
        begin(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    mutating func member(_ name: StaticString, _ value: Instant) { member(name, value.seconds) }

    mutating func member(_ name: StaticString, _ value: Bool) {
        begin(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    mutating func value(_ value: String) {
        begin(nil)
        quote(value)
    }

    private mutating func nested(_ opening: UInt8, _ closing: UInt8, _ body: (inout StateText) -> Void) {
        bytes.append(opening)
        follows = false
        body(&self)
        bytes.append(closing)
        follows = true
    }

    private mutating func begin(_ name: StaticString?) {
        if follows { bytes.append(UInt8(ascii: ",")) }
        follows = true
        guard let name else { return }
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += "\\u00".utf8
                bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
