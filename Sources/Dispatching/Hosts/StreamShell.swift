internal import Model
internal import Synchronization
public import Wire

/// A shell behind a stream: `sh -s` as a child of this process, or what `ssh` starts on another host.
public struct StreamShell: HostShell {
    /// What to call the host.
    public let name: String
    private let open: @Sendable (_ onLine: @escaping @Sendable (String) -> Void) throws -> any ByteStream
    private let wait: Duration

    /// A shell that `open` starts anew for each script, told each line of its standard error.
    public init(
        name: String, wait: Duration = .seconds(JobLimits.answerWait),
        open: @escaping @Sendable (_ onLine: @escaping @Sendable (String) -> Void) throws -> any ByteStream
    ) {
        self.name = name
        self.wait = wait
        self.open = open
    }

    /// The shell of this host.
    public static var here: StreamShell {
        StreamShell(name: "this host") { onLine in
            try ChildStream(["/bin/sh", "-s"], peer: "/bin/sh", onLine: onLine) { status, lines in
                PerigeeError(.io, "/bin/sh ended with status \(status): \(lines)", at: "this host", canRetry: true)
            }
        }
    }

    private static let mark = "\nperigee-end "
    private static let linesMax = 20

    /// Runs the script.
    public func run(_ script: String, most: Int) throws -> ShellAnswer {
        let errors = Mutex<[String]>([])
        let stream = try open { line in
            errors.withLock { lines in
                lines.append(line)
                if lines.count > Self.linesMax { lines.removeFirst() }
            }
        }
        defer { stream.close() }
        // One compound command: a shell that gets half of it runs nothing.
        let text = "(\n\(script)\n) </dev/null\nprintf '\\nperigee-end %s\\n' \"$?\"\n"
        var bytes: [UInt8] = []
        do {
            try Array(text.utf8).withUnsafeBytes { try stream.write($0) }
            stream.finishWriting()
            bytes = try answer(stream, most: most)
        } catch let error as PerigeeError {
            throw stream.explanation() ?? error
        }
        guard let (output, status) = Self.split(bytes) else {
            throw stream.explanation()
                ?? PerigeeError(
                    .io, "the shell ended without an answer", at: name, remedy: "try again", canRetry: true)
        }
        // What was written to standard error comes by another way, and may be a moment later.
        if status != 0 { _ = stream.explanation() }
        return ShellAnswer(
            status: status, output: output, errors: errors.withLock { $0 }.joined(separator: "; "))
    }

    private func answer(_ stream: any ByteStream, most: Int) throws -> [UInt8] {
        // A long one has the time of as many short ones.
        let wait = wait * max(1, most / JobLimits.answerMax)
        let end = ContinuousClock.now + wait
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let left = end - .now
            guard left > .zero, let count = try buffer.withUnsafeMutableBytes({ try stream.read(into: $0, for: left) })
            else {
                throw PerigeeError(
                    .io, "no answer came within \(wait.components.seconds) s", at: name,
                    remedy: "see whether the host is up and reachable, then try again", canRetry: true)
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= most + (1 << 16) else {
                throw PerigeeError(
                    .limit, "its answer is longer than \(ByteCount(UInt64(most)))", at: name,
                    remedy: "see what its shell prints on its own, as by a profile")
            }
            bytes += buffer[..<count]
        }
    }

    /// What stands before the last mark, and the status behind it.
    private static func split(_ bytes: [UInt8]) -> (output: [UInt8], status: Int32)? {
        let sign = Array(mark.utf8)
        var start = bytes.count - sign.count
        while start >= 0, !bytes[start...].starts(with: sign) { start -= 1 }
        guard start >= 0 else { return nil }
        let rest = bytes[(start + sign.count)...].prefix { $0 != 10 }
        guard let status = Int32(String(decoding: rest, as: UTF8.self)) else { return nil }
        return (Array(bytes[..<start]), status)
    }
}
