/// Something that one side of a connection offers to the other: whoever opens a channel by its name is served on it.
public protocol WireService: Sendable {
    /// The name that channels are opened with.
    var name: String { get }

    /// Serves one channel, from its opening to its end; on a thread of its own, several at once.
    ///
    /// What it throws resets the channel. Where it returns without an error this side's direction is finished.
    func serve(_ channel: Channel) throws
}
