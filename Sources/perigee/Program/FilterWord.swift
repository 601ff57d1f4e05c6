internal import Replication
internal import Synchronization

/// What one option says of which files are meant, with its turn among all such options.
///
/// The last glob that matches decides, and the parser of arguments tells nothing of the order of different options. It
/// reads them one after the other, though: so each takes its turn when it is read.
struct FilterWord: Sendable {
    /// What its text is.
    enum Kind: Sendable {
        /// A glob of files that are left out.
        case exclude
        /// A glob of files that are taken in again.
        case include
        /// The path of a file of globs.
        case file
    }

    private static let turns = Atomic(0)

    let kind: Kind
    let text: String
    /// Greater than that of any that was read before.
    let turn: Int

    /// The next one.
    init(_ kind: Kind, _ text: String) {
        (self.kind, self.text) = (kind, text)
        turn = Self.turns.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// What it asks for.
    ///
    /// - Throws: `usage` where it names a file that cannot be read.
    func rules() throws -> [PathFilter.Rule] {
        switch kind {
        case .exclude: [.exclude(text)]
        case .include: [.include(text)]
        case .file:
            try RuleFile.lines(of: text).map { $0.hasPrefix("!") ? .include(String($0.dropFirst())) : .exclude($0) }
        }
    }
}
