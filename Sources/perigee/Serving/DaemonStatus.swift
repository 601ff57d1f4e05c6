internal import FoundationEssentials
internal import Model
internal import Service

/// Asks the daemon of this state how it is.
enum DaemonStatus {
    /// What it says.
    ///
    /// - Throws: `notFound` where none works with the state.
    static func ask(_ options: GlobalOptions) throws -> StatusDocument { try document(options).status }

    /// What it says; its answer as it came, too.
    static func document(_ options: GlobalOptions) throws -> (status: StatusDocument, document: JSONValue) {
        let answer = try ControlClient.ask(ControlRequest(.status), state: options.stateFolder)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let document = answer.document,
            let status = try? decoder.decode(StatusDocument.self, from: Data(ServiceJSON.text(document).utf8))
        else {
            throw PerigeeError(
                .format, "the answer of the daemon is not understood", at: options.stateFolder,
                remedy: "use perigee of the version of the daemon")
        }
        return (status, document)
    }
}
