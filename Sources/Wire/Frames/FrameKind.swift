/// What a frame is.
enum FrameKind: UInt8 {
    /// Opens a channel: the service and what it is opened with.
    case open = 1
    /// A message of a channel.
    case message = 2
    /// More credit for the other's messages on a channel.
    case credit = 3
    /// No more messages come on a channel.
    case finish = 4
    /// A channel has ended with an error, in both directions.
    case reset = 5
    /// Asks for a sign of life.
    case ping = 6
    /// The sign of life.
    case pong = 7
    /// The sender is done with the connection.
    case goodbye = 8
    /// What follows in this direction comes in blocks, by several strands.
    case strands = 9
}
