internal import FoundationEssentials
public import Model
internal import Scheduling
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Answers the verbs of this host, at a socket in the state that only the user of the daemon may reach.
public final class ControlServer: Sendable {
    /// The socket of a state.
    public static func path(_ state: String) -> String { "\(state)/daemon.sock" }

    private let isOver = StopFlag()
    private let path: String
    private let thread: Companion

    /// Begins to answer for `service`.
    ///
    /// - Parameter patience: all of a request must be there within this, and all of an answer be taken.
    /// - Throws: where nothing can listen there.
    public init(_ service: Service, state: String, patience: Duration = .seconds(5)) throws(PerigeeError) {
        path = Self.path(state)
        let socket = try LocalSocket.listening(at: path)
        let isOver = isOver
        thread = Companion {
            while !isOver.isRaised {
                if let (other, user) = socket.next(within: 200) { Self.answer(other, user, service, patience) }
            }
        }
    }

    /// Ends the answering.
    public func stop() {
        isOver.raise()
        thread.join()
        unlink(path)
    }

    private static func answer(_ socket: LocalSocket, _ user: UInt32, _ service: Service, _ patience: Duration) {
        guard let line = socket.readLine(limit: ControlRequest.lengthMax, within: patience) else { return }
        let answer: ControlAnswer
        do {
            guard let request = try? JSONDecoder().decode(ControlRequest.self, from: Data(line)) else {
                throw PerigeeError(.usage, "the request is not understood", remedy: "use perigee of the same version")
            }
            if let order = try request.order() {
                answer = ControlAnswer(run: try service.perform(order, by: "local:\(user)")?.description)
            } else {
                let text = (try? ServiceJSON.text(StatusDocument(service.state))) ?? "{}"
                answer = ControlAnswer(document: JSONValue(parsing: text))
            }
        } catch let error as PerigeeError {
            answer = ControlAnswer(error)
        } catch {
            answer = ControlAnswer(PerigeeError(.io, "\(error)"))
        }
        _ = socket.write(line: (try? ServiceJSON.text(answer)) ?? "{}", within: patience)
    }
}
