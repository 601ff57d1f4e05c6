import Foundation
import Scheduling
import Testing

@Suite("The state of a schedule as text")
struct StateTextTests {
    private static let run = #"""
        {"id":{"schedule":"a \"b\"\\","due":60},"cause":"by_hand","phase":"stopping","startsAt":61,
        "awaits":["c","d\u0007"],"attempt":3,"failures":2,"firstStart":62,"stopsAt":63,"stopReason":"cancelled",
        "delay":"price","isCutOff":true,"checkpoint":"line\n\t\u007fÄ","attemptSpent":{"bytes":18446744073709551615,
        "microdollars":-5,"unpricedBytes":7},"spent":{"bytes":1,"microdollars":9223372036854775807,"unpricedBytes":0}}
        """#
    private static let bare = #"""
        {"id":{"schedule":"","due":0},"cause":"due","phase":"waiting","startsAt":0,"awaits":[],"attempt":0,"failures":0,
        "attemptSpent":{"bytes":0,"microdollars":0,"unpricedBytes":0},"spent":{"bytes":0,"microdollars":0,"unpricedBytes":0}}
        """#

    @Test(
        "has all that an encoder would write, and nothing else",
        arguments: [
            #"{"name":"a","fingerprint":18446744073709551615,"decided":-1,"issued":"","isPaused":false,"runs":[]}"#,
            #"{"name":"a\\\"\u0000","fingerprint":0,"decided":5,"givenUp":{"from":1,"at":2},"issued":"0 60*3","isPaused":true,"#
                + #""runs":[\#(run),\#(bare)]}"#,
        ])
    func whole(text: String) throws {
        let state = try JSONDecoder().decode(ScheduleState.self, from: Data(text.utf8))
        let written = Data(state.text.utf8)
        #expect(try JSONDecoder().decode(ScheduleState.self, from: written) == state)
        let object = { (data: Data) in try JSONSerialization.jsonObject(with: data) as? NSDictionary }
        #expect(try object(written) == object(JSONEncoder().encode(state)))
        #expect(try object(written) == object(Data(text.utf8)))
    }
}
