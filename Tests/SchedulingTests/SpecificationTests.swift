import Model
import Scheduling
import Testing

/// A value of a configuration, as a test writes it; its place is its path.
private indirect enum Plain: PlainValue, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    case text(String)
    case list([Plain])
    case map([(String, Plain)])
    case placed(Plain, String)

    init(stringLiteral value: String) { self = .text(value) }
    init(arrayLiteral elements: Plain...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, Plain)...) { self = .map(elements) }

    private var inner: Plain { if case .placed(let value, _) = self { value } else { self } }
    var plainText: String? { if case .text(let text) = inner { text } else { nil } }
    var plainItems: [Plain]? { if case .list(let items) = inner { items } else { nil } }
    var plainPlace: String { if case .placed(_, let place) = self { place } else { "top" } }
    var plainMembers: [(name: String, place: String, value: Plain)]? {
        guard case .map(let members) = inner else { return nil }
        return members.map { ($0.0, "\(plainPlace).\($0.0)", .placed($0.1, "\(plainPlace).\($0.0)")) }
    }
}

@Suite("A schedule of the configuration")
struct SpecificationTests {
    private func read(_ value: Plain) throws -> ScheduleSpecification {
        try ScheduleSpecification(name: "s", value, zones: Zones.table, extra: ["job"])
    }

    @Test("is read with all that it says, and the usual for what it does not say")
    func reading() throws {
        let full = try read([
            "at": "0 2 * * *", "zone": "Europe/Berlin", "catch_up": "all", "max_lateness": "12h", "jitter": "10m",
            "overlap": "queue", "window": "mon-fri 22:00-05:00", "stop_after_close": "30m", "carry_over": "false",
            "retry": ["attempts": "5", "base": "2m", "longest": "3h"], "budget": "nights", "priority": "10",
            "weight": "2",
            "job": ["anything": "at all"],
        ])
        #expect(full.timetable?.zone.name == "Europe/Berlin" && full.zone.name == "Europe/Berlin")
        #expect(full.catchUp == .all && full.overlap == .queue)
        #expect(full.latenessMax == 43_200 && full.jitter == 600)
        #expect(full.window?.stopsAfter == 1800 && full.window?.carriesOver == false)
        #expect(full.window?.window.opens == 1320 && full.window?.window.closes == 300)
        #expect(full.retry == RetryRule(attempts: 5, base: 120, longest: 10_800))
        #expect(full.budget == "nights" && full.priority == 10 && full.weight == 2)
        let bare = try read(["at": "@daily"])
        #expect(bare == ScheduleSpecification(name: "s", timetable: bare.timetable))
        #expect(try read(["needs": ["a", "b"]]).needs == ["a", "b"])
        #expect(try read(["needs": "a"]).needs == ["a"])
        #expect(
            try read(["at": "nightly between 22:00 and 05:00", "carry_over": "false"]).window?.carriesOver == false)
    }

    @Test("is refused with the place of what is wrong and a remedy")
    func refusals() throws {
        let cases: [(Plain, String, String)] = [
            ("text", "top", "no mapping"), (["at": "0 25 * * *"], "top.at", "no hour 25"),
            (["at": ["x"]], "top.at", "nothing is here"),
            (["at": "@daily", "zone": "Moon"], "top.zone", "Moon is no time zone"),
            (["at": "@daily", "catch_up": "some"], "top.catch_up", "\"some\" is no value for catch_up"),
            (["at": "@daily", "jitter": "2d"], "top.jitter", "\"2d\" is no value"),
            (["at": "@daily", "priority": "1000"], "top.priority", "is no value"),
            (["at": "@daily", "weight": "0"], "top.weight", "is no value"),
            (["at": "@daily", "retry": ["attempts": "0"]], "top.retry.attempts", "is no value"),
            (["at": "@daily", "retry": ["tries": "1"]], "top.retry.tries", "tries is not known"),
            (["at": "@daily", "color": "red"], "top.color", "color is not known"),
            (["at": "@daily", "window": "22-5"], "top.window", "\"22-5\" is no window"),
            (["at": "nightly between 22:00 and 05:00", "window": "22:00-05:00"], "top.window", "has its night"),
            (["at": "@daily", "stop_after_close": "1h"], "top.stop_after_close", "no window"),
            (["needs": ["a", "a"]], "top.needs", "no list of different names"),
            (["at": "@daily", "jitter": ["x"]], "top.jitter", "there is no value"),
            (["at": "@daily", "at": "@hourly"], "top.at", "stands here twice"),
        ]
        for (value, place, message) in cases {
            let error = #expect(throws: PerigeeError.self) { try read(value) }
            #expect(error?.place == place && error?.code == .usage, "\(String(describing: error))")
            #expect(error?.message.contains(message) ?? false, "\(String(describing: error))")
            #expect(error?.remedy?.isEmpty == false)
        }
    }
}
