internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Asks the person at the terminal, whatever standard input and output are.
enum Terminal {
    private static let limit = 4096

    /// Shows `prompt` and reads a line without showing it.
    ///
    /// - Throws: `key` where there is no terminal or nothing was typed, `interrupted` at control-C.
    static func ask(_ prompt: String) throws -> [UInt8] {
        // Two that ask at the same time would each get a part of the answer.
        RemoteSites.settle()
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else {
            throw PerigeeError(
                .key, "a passphrase is needed and there is no terminal to ask on",
                remedy: "set PERIGEE_PASSPHRASE, or use --passphrase-file, --passphrase-fd or --key-file")
        }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else {
            throw PerigeeError(.key, "the terminal cannot be asked", remedy: "set PERIGEE_PASSPHRASE")
        }
        // Keys come one by one and are not shown; control-C is a key, so that the terminal is never left mute.
        var during = before
        during.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        tcsetattr(terminal, TCSAFLUSH, &during)
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        put(prompt, terminal)
        defer { put("\n", terminal) }
        return try readLine(terminal)
    }

    private static func readLine(_ terminal: Int32) throws -> [UInt8] {
        var line = [UInt8]()
        reading: while line.count < limit {
            var key: UInt8 = 0
            let count = read(terminal, &key, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { break }
            switch key {
            case 0x03: throw PerigeeError(.interrupted, "interrupted", remedy: "nothing was changed")
            case 0x0a, 0x0d, 0x04: break reading
            case 0x7f, 0x08: line.removeLastScalar()
            case 0x15: line.removeAll()
            default: line.append(key)
            }
        }
        guard !line.isEmpty, line.count < limit else {
            throw PerigeeError(.key, "no passphrase was given", remedy: "run the command again and type one")
        }
        return line
    }

    private static func put(_ text: String, _ terminal: Int32) {
        var text = text
        text.withUTF8 { _ = write(terminal, $0.baseAddress, $0.count) }
    }
}

extension [UInt8] {
    /// Takes away the last character's bytes.
    fileprivate mutating func removeLastScalar() {
        while let last = popLast(), last & 0xc0 == 0x80 {}
    }
}
