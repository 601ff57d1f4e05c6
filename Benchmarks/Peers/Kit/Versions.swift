/// Which versions of programs there are.
package enum Versions {
    /// The programs of `tools`, with versions where they are installed.
    package static func of(
        _ tools: [Tool], in path: SearchPath, meter: Meter, work: WorkFolder
    ) -> [Record.Program] {
        tools.map { tool in
            guard path.find(tool.program) != nil else { return Record.Program(tool: tool.name, version: nil) }
            let text = meter.output(of: [tool.program, tool.version], in: work) ?? ""
            return Record.Program(tool: tool.name, version: number(in: text) ?? "of an unknown version")
        }
    }

    /// The first number with a dot in it: `1.75.0` of `rclone v1.75.0`.
    package static func number(in text: String) -> String? {
        for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == "+" }) {
            let number = word.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "." }
            if number.contains("."), number.last != "." { return String(number) }
        }
        return nil
    }
}
