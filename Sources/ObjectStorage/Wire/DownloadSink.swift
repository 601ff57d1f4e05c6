/// What becomes of the body of an answer that says that all is well.
enum DownloadSink: @unchecked Sendable {
    // Sendable by hand: the memory is the caller's, who waits for the end of the exchange before touching it.

    /// It is small, ``smallMax`` bytes at most, and kept in the answer.
    case small
    /// It is kept in the answer, so many bytes at most.
    case kept(limit: Int)
    /// It is written into this memory, and is not longer.
    case memory(UnsafeMutableRawBufferPointer)

    /// The most bytes of an error document, and of other small answers.
    static let smallMax = 64 << 10

    /// The most bytes that are taken.
    var limit: Int {
        switch self {
        case .small: Self.smallMax
        case .kept(let limit): limit
        case .memory(let buffer): buffer.count
        }
    }
}
