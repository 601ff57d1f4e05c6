internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage
internal import Workers

/// The source's end of the files' channel: reads what is asked for, and sends it.
struct FileServer: Sendable {
    /// What all workers share.
    let tree: any ReadableTree
    let channel: any MessageChannel
    let begin: ListingBegin
    let context: RunContext
    let tally: Tally
    /// In an estimate what counts in the place of sending.
    let rehearsal: Rehearsal?
    let board = ServerBoard()
    let sent = SentFiles()
    /// Which chunks are compressed where they are only told.
    let sample = ChunkSample(isComplete: false)

    /// The longest chunk that fits a message.
    static let chunkMax = ExchangeLimits.batch

    /// Serves until the destination has finished; ends with an error where the board was failed.
    ///
    /// - Parameter member: 0 receives, all others send.
    func run(_ member: Int) throws {
        if member == 0 { return try receive() }
        let worker = try FileServerWorker(self)
        while let work = try worker.batch.choice.idling({ try board.next() }) {
            try context.stop.check()
            try worker.perform(work)
        }
    }

    private func receive() throws {
        let decompressor = try Decompressor()
        let room = IOBuffer(count: ExchangeLimits.block)
        while let message = try channel.receive() {
            try MessageReader.read(message) { input in
                switch FileMessage(rawValue: try input.byte()) {
                case .fetch: try board.request(FetchRequest.decode(&input, by: decompressor, room))
                case .want: try board.want(WantedChunks.decode(&input))
                case .cancel: board.cancel(try input.number())
                default: throw ExchangeFault.hostile("something else where a request was due")
                }
            }
        }
        board.close()
    }
}
