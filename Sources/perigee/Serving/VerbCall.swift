internal import FoundationEssentials
internal import Model
internal import Service

/// Asks a verb of this program for its document, in a process of its own: what goes wrong or takes too long there does not
/// touch the daemon.
enum VerbCall {
    /// A document is given up after so many seconds.
    static let secondsMax: Int64 = 50

    /// The JSON document that a verb with these words prints, which reads `input`.
    ///
    /// - Throws: the error that it prints; `busy` where it takes too long.
    static func document(_ words: [String], input: [UInt8] = []) throws -> [UInt8] {
        var command = ChildCommand([OwnProgram.path] + words + ["--json", "--quiet"])
        command.input = input
        command.timeout = secondsMax
        command.grace = 2
        let outcome = try command.run()
        if outcome.isLate {
            throw PerigeeError(
                .busy, "it took longer than \(secondsMax) s", at: words.first,
                remedy: "ask on the command line: perigee \(words.first ?? "")", canRetry: true)
        }
        // Status 1 or 2 with a document says what was found, as those of doctor and config check do.
        if [0, 1, 2, 4].contains(outcome.status), !outcome.output.isEmpty, printed(outcome.output) == nil {
            return outcome.output
        }
        throw fault(outcome.output, words)
    }

    private struct Printed: Decodable {
        let schema: String
        let code: PerigeeError.Code
        let message: String
        let place: String?
        let remedy: String?
        let canRetry: Bool?
    }

    /// The error that was printed; nil where another document was.
    private static func printed(_ bytes: [UInt8]) -> Printed? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? decoder.decode(Printed.self, from: Data(bytes))).flatMap {
            $0.schema == "perigee.error/1" ? $0 : nil
        }
    }

    private static func fault(_ bytes: [UInt8], _ words: [String]) -> PerigeeError {
        guard let printed = printed(bytes) else {
            return PerigeeError(
                .io, "\(words.first ?? "") failed", remedy: "ask on the command line: perigee \(words.first ?? "")")
        }
        return PerigeeError(
            printed.code, printed.message, at: printed.place, remedy: printed.remedy,
            canRetry: printed.canRetry ?? false)
    }
}
