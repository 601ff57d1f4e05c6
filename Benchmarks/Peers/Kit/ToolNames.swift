/// Names of tools in one text, separated by commas, where names may have commas of their own: `borg, ssh,perigee`.
package struct ToolNames {
    private let parts: [String]

    /// The names in `text`.
    package init(_ text: String) {
        parts = text.split(separator: ",").map { String($0).split(separator: " ").joined(separator: " ") }
    }

    /// The tools that are named, in the order of `all`: by their own names, or by those of their programs for all settings.
    ///
    /// Of names that begin alike the longest counts; the commas within a name may be left out.
    ///
    /// - Throws: ``PeersError`` where something is the name of none.
    package func chosen(from all: [Tool]) throws -> [Tool] {
        var (names, rest) = (Set<String>(), parts[...])
        while let first = rest.first {
            let longest = (1...rest.count).reversed().first { count in
                let name = rest.prefix(count).joined(separator: ", ")
                return all.contains { Self.means(name, $0) }
            }
            guard let longest else {
                throw PeersError("there is no tool '\(first)'; `peers list` has their names.")
            }
            names.insert(rest.prefix(longest).joined(separator: ", "))
            rest = rest.dropFirst(longest)
        }
        return all.filter { tool in names.contains { Self.means($0, tool) } }
    }

    private static func means(_ name: String, _ tool: Tool) -> Bool {
        name == tool.program || name == tool.name || name == tool.name.replacing(",", with: "")
    }
}
