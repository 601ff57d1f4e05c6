import Foundation
import Model
import Sites
import Testing
import Workers

@Suite("Progress that another site tells") struct ProgressNoteTests {
    /// The note of `progress`, as it arrives.
    private func told(_ progress: Workers.Progress) throws -> ProgressNote {
        try JSONDecoder().decode(ProgressNote.self, from: JSONEncoder().encode(ProgressNote(progress)))
    }

    @Test func `Is shown as it is told, and each step once`() throws {
        let (there, here) = (Workers.Progress(), Workers.Progress())
        there.enter(.transferring)
        there.add(files: 3)
        there.add(logical: 700)
        there.add(missing: 600)
        there.add(wire: 500)
        let first = try told(there)
        first.show(in: here, after: nil)
        there.add(wire: 25)
        there.add(files: 1)
        try told(there).show(in: here, after: first)
        let shown = here.snapshot()
        #expect(shown == there.snapshot())
        #expect(shown.wire == 525 && shown.done.files == 4 && shown.phase == .transferring)
    }

    @Test func `Of a site that does not tell what crossed is shown all the same`() throws {
        let here = Workers.Progress()
        let note = try JSONDecoder().decode(
            ProgressNote.self, from: Data(#"{"phase": 2, "files": 3, "logical": 4, "missing": 5}"#.utf8))
        note.show(in: here, after: nil)
        #expect(here.snapshot().wire == 0 && here.snapshot().done.missing == 5)
    }
}
