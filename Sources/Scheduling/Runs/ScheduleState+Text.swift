internal import Model

// The state of a schedule as text: written with each turn in which something happens to it.
extension ScheduleState {
    /// JSON that decodes to the same; it takes a fraction of the time that an encoder does.
    package var text: String {
        var json = JSONWriter(expecting: 768)
        json.object { json in
            json.text("name", name)
            json.number("fingerprint", fingerprint)
            json.number("decided", decided.seconds)
            if let givenUp {
                json.object("givenUp") { json in
                    json.number("from", givenUp.from.seconds)
                    json.number("at", givenUp.at.seconds)
                }
            }
            json.text("issued", issued.text)
            json.flag("isPaused", isPaused)
            json.list("runs") { json in for run in runs { json.object { run.write(to: &$0) } } }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

extension OpenRun {
    fileprivate func write(to json: inout JSONWriter) {
        json.object("id") { json in
            json.text("schedule", id.schedule)
            json.number("due", id.due.seconds)
        }
        json.text("cause", cause.rawValue)
        json.text("phase", phase.rawValue)
        json.number("startsAt", startsAt.seconds)
        json.list("awaits") { json in for name in awaits { json.text(nil, name) } }
        json.number("attempt", attempt)
        json.number("failures", failures)
        json.number("firstStart", firstStart?.seconds)
        json.number("stopsAt", stopsAt?.seconds)
        json.text("stopReason", stopReason?.rawValue)
        json.text("delay", delay?.rawValue)
        json.flag("isCutOff", isCutOff)
        json.text("checkpoint", checkpoint)
        json.object("attemptSpent") { attemptSpent.write(to: &$0) }
        json.object("spent") { spent.write(to: &$0) }
    }
}

extension Spending {
    fileprivate func write(to json: inout JSONWriter) {
        json.number("bytes", bytes)
        json.number("microdollars", microdollars)
        json.number("unpricedBytes", unpricedBytes)
    }
}
