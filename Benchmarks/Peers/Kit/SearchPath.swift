internal import Glibc

/// Where programs are found.
package struct SearchPath: Sendable {
    /// The folders, the first one first.
    package let folders: [String]

    /// Programs that are where they were said to be.
    private let known: [String: String]

    /// These folders, after programs whose paths are `known`.
    package init(folders: [String], known: [String: String] = [:]) {
        self.folders = folders.filter { !$0.isEmpty }
        self.known = known
    }

    /// The same with another folder before all others.
    package func preceded(by folder: String) -> SearchPath { SearchPath(folders: [folder] + folders, known: known) }

    /// The full path of a program, or nothing where it is not installed.
    package func find(_ program: String) -> String? {
        if let path = known[program] { return access(path, X_OK) == 0 ? path : nil }
        return folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// As a variable of the environment.
    var variable: String { folders.joined(separator: ":") }
}
