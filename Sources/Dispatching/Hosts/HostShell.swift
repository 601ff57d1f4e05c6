internal import Model

/// A POSIX shell on this host or another, which is asked short questions.
public protocol HostShell: Sendable {
    /// What to call the host in messages.
    var name: String { get }

    /// Runs `script` there and returns what it printed and its status.
    ///
    /// The script is given to the shell whole or not at all; it may be run again by whoever gets no answer. It reads nothing.
    ///
    /// - Parameter most: its answer may have so many bytes.
    /// - Throws: `io` where the host cannot be reached or does not answer in time; trying again can help then. `limit` where
    ///   its answer is longer.
    func run(_ script: String, most: Int) throws -> ShellAnswer
}

/// What a script printed, and how it ended.
public struct ShellAnswer: Hashable, Sendable {
    /// Its status.
    public var status: Int32
    /// What it printed.
    public var output: [UInt8]
    /// The last lines that it wrote to its standard error.
    public var errors: String

    /// An answer.
    public init(status: Int32, output: [UInt8], errors: String = "") {
        self.status = status
        self.output = output
        self.errors = errors
    }

    /// What it printed, as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
}

extension HostShell {
    /// Runs a script whose answer is short.
    public func run(_ script: String) throws -> ShellAnswer { try run(script, most: JobLimits.answerMax) }

    /// Runs a script that must end with 0, and returns what it printed.
    ///
    /// - Parameters:
    ///   - doing: what it does, for messages.
    ///   - most: its answer may have so many bytes.
    /// - Throws: `io` where it ends otherwise; status 75 says that trying again can help.
    func done(_ script: String, _ doing: String, most: Int = JobLimits.answerMax) throws -> ShellAnswer {
        let answer = try run(script, most: most)
        guard answer.status == 0 else {
            let said = answer.errors.isEmpty ? "" : ": \(answer.errors)"
            throw PerigeeError(
                .io, "\(doing) ended with status \(answer.status)\(said)", at: name,
                remedy: answer.status == 75 ? "try again" : "see what the host says, and mend it there",
                canRetry: answer.status == 75)
        }
        return answer
    }
}
