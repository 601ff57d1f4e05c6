import Foundation
import Scheduling
import TestSupport
import Testing

@Suite("The due instants that a schedule remembers")
struct DueListTests {
    private func state(_ text: String) throws -> SchedulerState {
        let schedule = """
            {"name":"a","fingerprint":1,"decided":0,"isPaused":false,"runs":[],"issued":\(text)}
            """
        let all = #"{"version":1,"budgets":[],"latest":0,"schedules":[\#(schedule)]}"#
        return try JSONDecoder().decode(SchedulerState.self, from: Data(all.utf8))
    }

    private func text(_ state: SchedulerState) throws -> String? {
        let all = try JSONSerialization.jsonObject(with: JSONEncoder().encode(state)) as? [String: Any]
        return (all?["schedules"] as? [[String: Any]])?.first?["issued"] as? String
    }

    @Test("are written by their steps, and read again; a list, as it was once written, is read too")
    func steps() throws {
        #expect(try text(state("[]"))?.isEmpty == true)
        #expect(try text(state("[5]")) == "5")
        #expect(try text(state("[0,60,120,180,300,301]")) == "0 60*3 120 1")
        for text in ["\"\"", "\"-7\"", "\"0 60*3 120 1\"", "\"1767225600 86400*255\""] {
            let read = try state(text)
            #expect(try self.text(read) == text.replacingOccurrences(of: "\"", with: ""))
            let again = try JSONDecoder().decode(SchedulerState.self, from: JSONEncoder().encode(read))
            #expect(again == read)
        }
        #expect(try state("\"0 60*2 180\"") == state("[0,60,120,300]"))
    }

    @Test(
        "are refused where they go back, are too many, or are nothing",
        arguments: ["\"x\"", "\"0 0\"", "\"0 -60\"", "\"0 60*256\"", "\"0 60*\"", "\"0 60*0\"", "\"0 1*2*3\"", "{}"])
    func wrong(text: String) {
        #expect(throws: (any Error).self) { try state(text) }
    }
}
