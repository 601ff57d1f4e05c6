internal import FoundationEssentials
public import Model

/// Asks the daemon of this host.
public enum ControlClient {
    /// The longest answer, in bytes.
    private static let lengthMax = 64 << 20
    /// How long the daemon has to answer.
    private static let patience = Duration.seconds(40)

    /// Asks the daemon that works with the state in the folder `state`.
    ///
    /// - Throws: `notFound` where no daemon does; what the daemon says is wrong.
    public static func ask(_ request: ControlRequest, state: String) throws(PerigeeError) -> ControlAnswer {
        let path = ControlServer.path(state)
        let socket = try LocalSocket.connected(to: path)
        guard let text = try? ServiceJSON.text(request), socket.write(line: text, within: patience),
            let line = socket.readLine(limit: lengthMax, within: patience)
        else {
            throw PerigeeError(
                .busy, "the daemon did not answer", at: path, remedy: "look at its log, and try again", canRetry: true)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let answer = try? decoder.decode(ControlAnswer.self, from: Data(line)) else {
            throw PerigeeError(
                .format, "the answer of the daemon is not understood", at: path,
                remedy: "use perigee of the version of the daemon")
        }
        if let error = answer.error { throw error }
        return answer
    }
}
