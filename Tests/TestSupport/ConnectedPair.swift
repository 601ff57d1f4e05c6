public import Wire
internal import Workers

/// Two connections that are joined in the process, both hellos passed.
public struct ConnectedPair: Sendable {
    /// The side that began.
    public let initiator: Connection
    /// The side that was connected to.
    public let responder: Connection

    /// Joins two connections over `streams`, or over memory.
    public init(
        over streams: (first: any ByteStream, second: any ByteStream) = InProcessStream.pair(),
        _ options: WireOptions = WireOptions()
    ) throws {
        let sides = Monitor<[Int: Connection]>([:])
        let ends = [streams.first, streams.second]
        try Crew.run(2) { index in
            let side = try Connection(ends[index], role: index == 0 ? .initiator : .responder, options: options)
            sides.change { $0[index] = side }
        }
        (initiator, responder) = sides.read { ($0[0]!, $0[1]!) }
    }

    /// Opens a channel at the initiator, and accepts it at the responder.
    public func channel(_ service: String = "test") throws -> (near: Channel, far: Channel) {
        let near = try initiator.open(service)
        guard let far = try responder.accept() else { fatalError("the connection ended") }
        return (near, far)
    }
}
