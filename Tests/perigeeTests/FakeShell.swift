import Foundation

/// A command in the place of ssh that runs what it is to run on another host on this one.
enum FakeShell {
    /// Puts the command into `scratch`.
    ///
    /// - Returns: the variables that have the program use it, with a state folder of its own.
    static func install(in scratch: Scratch) throws -> [String: String] {
        // Passes over options and the host, and runs the command.
        let script = """
            #!/bin/sh
            while [ $# -gt 0 ]; do
              case "$1" in -T) shift;; -p|-l) shift 2;; --) shift; break;; *) break;; esac
            done
            shift
            exec /bin/sh -c "$*"
            """
        try scratch.write(program: "ssh", script)
        return ["PERIGEE_SSH": scratch.path("ssh"), "PERIGEE_STATE": scratch.path("state")]
    }
}
