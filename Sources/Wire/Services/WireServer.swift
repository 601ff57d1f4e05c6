internal import Model
internal import Workers

/// Serves the channels of connections: each on a thread of its own, by the service that its name asks for.
public struct WireServer: Sendable {
    private let services: [String: any WireService]

    /// A server of `services`.
    public init(_ services: [any WireService]) {
        self.services = Dictionary(services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Serves `connection` until the other side says goodbye; returns when all its channels have ended.
    ///
    /// - Throws: what the connection failed with.
    public func serve(_ connection: Connection) throws {
        let crew = Companions()
        defer { crew.join() }
        while let channel = try connection.accept() {
            do {
                try crew.start { self.serve(channel) }
            } catch {
                channel.reset(error)
            }
        }
    }

    private func serve(_ channel: Channel) {
        do {
            guard let service = services[channel.service] else {
                throw PerigeeError(
                    .unsupported, "\"\(channel.service)\" is not offered", at: channel.service,
                    remedy: "use the same version of perigee at both ends, and ask the agent's owner what it offers")
            }
            try service.serve(channel)
            channel.finish()
        } catch {
            channel.reset(error)
        }
    }
}
