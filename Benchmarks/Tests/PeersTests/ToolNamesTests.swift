import PeersKit
import Testing

@Suite("Names of tools")
struct ToolNamesTests {
    private func chosen(_ text: String) throws -> [String] {
        try ToolNames(text).chosen(from: Tool.all + Tool.overLinks).map(\.name)
    }

    @Test("may have commas of their own")
    func commas() throws {
        #expect(try chosen("perigee sync, ssh") == ["perigee sync, ssh"])
        #expect(try chosen("borg, zstd 1,rsync -z, ssh, cp -a") == ["cp -a", "borg, zstd 1", "rsync -z, ssh"])
        #expect(try chosen("perigee sync,restic,sftp") == ["perigee sync", "restic, sftp"])
    }

    @Test("may be given without them, or as those of programs")
    func programs() throws {
        #expect(try chosen("perigee sync ssh") == ["perigee sync, ssh"])
        #expect(try chosen("borg") == ["borg, zstd 1", "borg, plain", "borg, ssh"])
    }

    @Test("that none has are refused")
    func unknown() {
        #expect(throws: PeersError("there is no tool 'ssh'; `peers list` has their names.")) {
            try ToolNames("cp -a, ssh").chosen(from: Tool.all)
        }
    }

    @Test("are all found by themselves, one by one and all at once")
    func all() throws {
        let all = Tool.all + Tool.overLinks
        for tool in all where !all.contains(where: { $0.program == tool.name }) {
            #expect(try chosen(tool.name) == [tool.name])
        }
        #expect(try chosen(all.map(\.name).joined(separator: ",")) == all.map(\.name))
    }
}
