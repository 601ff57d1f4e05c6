/// A program with settings, and how it is called in each phase.
///
/// Commands are words separated by spaces. In each word these stand for paths: `{source}` the live tree, `{destination}`
/// an empty folder to begin with, `{restored}` an empty folder, `{state}` a folder kept from phase to phase (caches,
/// keys, home). Nothing passes through a shell.
package struct Tool: Sendable {
    /// Tools of one group do the same, and are compared with each other.
    package enum Group: String, Codable, CaseIterable, Sendable {
        /// The destination is a tree equal to the source.
        case tree
        /// The destination is a repository that holds versions of the source.
        case vault
        /// A tree on the other side of a link.
        case farTree
        /// A repository on the other side of a link.
        case farVault

        /// The head of its table.
        var title: String {
            switch self {
            case .tree: "folder to folder"
            case .vault: "into a repository"
            case .farTree: "folder to folder over the link"
            case .farVault: "into a repository over the link"
            }
        }

        /// Whether the destination is a repository.
        var isVault: Bool { self == .vault || self == .farVault }
    }

    /// A command, and the folder it is called in where that matters.
    package struct Step: Sendable, ExpressibleByStringLiteral {
        let words: String
        let folder: String

        init(_ words: String, in folder: String = "{state}") {
            self.words = words
            self.folder = folder
        }

        package init(stringLiteral words: String) { self.init(words) }
    }

    /// The name, with the settings in short.
    package let name: String
    package let group: Group
    /// Perigee's row to compare this one with: the one of comparable settings.
    package let reference: String
    /// The program, as looked up in the folders of the search path.
    package let program: String
    /// How to ask for its version.
    let version: String
    /// How to get it.
    package let remedy: String
    /// Variables of its environment.
    let environment: [String: String]
    /// Untimed preparation of an empty destination.
    let setup: [Step]
    /// What is timed; a phase that is missing makes no sense for the tool.
    let phases: [Phase: Step]

    /// A tool.
    package init(
        name: String, group: Group, reference: String, program: String, version: String, remedy: String,
        environment: [String: String] = [:], setup: [Step] = [], phases: [Phase: Step]
    ) {
        self.name = name
        self.group = group
        self.reference = reference
        self.program = program
        self.version = version
        self.remedy = remedy
        self.environment = environment
        self.setup = setup
        self.phases = phases
    }

    /// Whether the row is Perigee's own.
    package var isPerigee: Bool { name == reference }

    /// The timed command of `phase` as one would type it, from A to B, or nothing where there is none.
    ///
    /// What only a measurement needs, a folder of its own for what is remembered and silence, is left out.
    package func shown(_ phase: Phase) -> String? {
        guard let step = phases[phase] else { return nil }
        var words = step.words.split(separator: " ").map(String.init)
        words.removeAll { ["--quiet", "-q"].contains($0) }
        if let state = words.firstIndex(of: "--state") { words.removeSubrange(state...state + 1) }
        var shown = words.joined(separator: " ")
        // In a URL the host's name ends at the slash with which the folder's path begins.
        let letters = [
            ("//far{destination}", "//far/B"), ("{source}", "A"), ("{destination}", "B"), ("{restored}", "C"),
        ]
        for (name, letter) in letters {
            while let place = shown.firstRange(of: name) { shown.replaceSubrange(place, with: letter) }
        }
        switch step.folder {
        case "{source}": return "cd A; \(shown)"
        case "{restored}": return "cd C; \(shown)"
        default: return shown
        }
    }
}
