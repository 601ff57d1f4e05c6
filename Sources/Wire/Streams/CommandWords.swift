internal import Model

/// Words of command lines: taken apart as a shell does, and quoted so that a shell takes them as they are.
public enum CommandWords {
    /// The words of `text`: separated by blanks, with '…', "…" and \ as a shell reads them, and nothing else of a shell.
    ///
    /// - Throws: `usage` where a quote is not closed, or there is no word.
    public static func split(_ text: String) throws -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                (quote, word) = (character, word ?? "")
            } else if character == " " || character == "\t" || character.isNewline {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        guard quote == nil, !isEscaped, !words.isEmpty else {
            throw PerigeeError(
                .usage, "it is no command: a quote is open, or there is no word", at: text,
                remedy: "write a program and its options, as in: ssh -i ~/.ssh/key")
        }
        return words
    }

    /// `word` so that any shell takes it as it is; one that needs no quotes has none.
    public static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || [0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x3a, 0x3d, 0x40, 0x5f].contains(byte)
        }
        if isPlain, !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// A program's path for a shell of another host: `~/` at its beginning stays what it is there.
    public static func quotedProgram(_ path: String) -> String {
        path.hasPrefix("~/") ? "~/" + quoted(String(path.dropFirst(2))) : quoted(path)
    }
}
