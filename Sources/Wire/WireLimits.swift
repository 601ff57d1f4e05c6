/// Every limit of the protocol, by name.
public enum WireLimits {
    /// The payload of one frame, and so of one message: 1 MiB.
    ///
    /// What is longer is sent as several messages.
    public static let messageMax = 1 << 20
    /// What each message costs of a channel's credit beside its bytes, so that empty ones are not free.
    public static let messageCost = 64
    /// Credit of each direction of a new channel, in bytes, without a word from the other side.
    public static let windowInitial = 256 << 10
    /// The most credit that a channel grows to while its reader keeps up.
    public static let windowMax = 32 << 20
    /// What a channel may send before the other side has said hello: any hello gives as much credit.
    public static let earlyCredit = 64 << 10
    /// The longest message until then: any hello takes as long ones.
    public static let earlyMessageMax = 4096
    /// Channels that may be opened until then.
    public static let earlyChannelsMax = 16
    /// Channels of one connection that are open at the same time, from either side together.
    public static let channelsMax = 64
    /// Channels that the other side opened and that nobody has accepted yet.
    public static let backlogMax = 16
    /// A service's name, in bytes.
    public static let serviceMax = 64
    /// What is sent along when a channel is opened, in bytes.
    public static let openingMax = 64 << 10
    /// The body of a hello, in bytes.
    public static let helloMax = 1024
    /// Bytes that wait to be written, of all channels together.
    public static let outboxMax = 2 << 20
    /// Room for frames that answer the other side without waiting: pongs, refusals.
    public static let answersMax = 64 << 10
    /// Bytes that are read from the stream at once.
    public static let readSize = 512 << 10
    /// Bytes that are written to the stream at once; a rate limit is kept in such steps.
    public static let writeSize = 256 << 10
    /// What the last such step may have beyond that.
    public static let writeSlack = 4 << 10
    /// Payloads of so many bytes and more are written from where they lie, where the stream keeps what is written.
    public static let directMin = 64 << 10
    /// Free buffers for payloads that a connection keeps for its next messages, in bytes.
    public static let idleBuffersMax = 8 << 20
    /// Texts of an error that crosses the wire, in bytes each.
    public static let errorTextMax = 2048
    /// The bytes of a block where a connection is carried by several strands.
    public static let blockMax = 128 << 10
    /// Strands of a connection beside the first.
    public static let strandsMax = 7
    /// Bytes of the buffers of what came by strands before what precedes it, without any of ``earlyMax``.
    public static let strandsHeldInitial = 1 << 20
    /// The same with what it may take of that.
    public static let strandsHeldMax = 32 << 20
    /// What all connections of a process may hold of such bytes beyond ``strandsHeldInitial`` each.
    public static let earlyMax = 60 << 20
    /// Credit that all connections of a process may give beyond ``windowInitial``, in bytes.
    public static let growthMax = 96 << 20
}
