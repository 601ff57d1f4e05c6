public import Files
public import Model
public import Storage

/// The blobs of a store at another site: every request goes over a channel, and channels are used again.
///
/// Any number of threads may use it: each request takes a channel that is free, and up to ``requestsMax`` are under way at
/// once. A blob that is staged is sent as it is made, without waiting for anything until its commit.
///
/// Where the connection is lost, a request throws an error that says that trying again can help, and the next one connects
/// again: see ``ResumingStore``, which does.
public final class RemoteStore: BlobStore {
    /// Requests under way at the same time; more wait.
    public static let requestsMax = 16
    /// Staged blobs under way at the same time; beyond, their bytes are kept in memory until they are committed.
    public static let stagedMax = 32
    /// Reads that are begun and not yet waited for; more begin when they are waited for.
    public static let aheadMax = 12
    /// Questions that are sent together: with the longest keys they fit into the credit of a new channel.
    static let questionsMax = 32

    /// What the store is called: the other side and the path there.
    public let name: String
    private let requests: LanePool
    private let staged: LanePool
    private let ahead: LanePool

    /// The store at `path` of the site that `dialer` connects to; with `create` it is made where there is none.
    public init(_ dialer: Dialer, path: String, name: String, create: Bool = false) {
        self.name = name
        var opening = FieldWriter()
        opening.number(UInt8(create ? 1 : 0))
        opening.text(path)
        requests = LanePool(dialer, opening: opening.bytes, limit: Self.requestsMax)
        staged = LanePool(dialer, opening: opening.bytes, limit: Self.stagedMax)
        ahead = LanePool(dialer, opening: opening.bytes, limit: Self.aheadMax)
    }

    /// Sends the bytes and waits for the answer.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion {
        try requests.withLane { lane in
            try lane.beginBlob()
            var sender = try BlobSender(lane)
            for part in parts { try sender.append(part) }
            try sender.startCommit(key, condition)
            return try lane.finishCommit()
        }
    }

    /// Sends all before the first answer comes, where the other side holds each back for the one before it.
    @discardableResult
    public func putInTurn(_ blobs: [BlobPut]) throws -> [BlobVersion] {
        let together: [BlobVersion]? = try requests.withLane { lane in
            let features = try lane.channel.carrier.hello.features
            guard features.contains(.turns) else { return nil }
            let recipe = features.contains(.segments) ? blobs.first?.recipe : nil
            return try lane.putInTurn(
                blobs, making: recipe.flatMap { $0.parts.count <= BlobWire.partsMax ? $0 : nil })
        }
        return try together ?? blobs.map { try put($0) }
    }

    /// Asks for the range and fills the buffer as it comes.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try requests.withLane { try $0.read(key, at: offset, into: buffer) }
    }

    /// Asks at once where a channel is free, for the blob's size too.
    public func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading {
        try reading([BlobPart(key, at: offset, into: buffer)], sized: key)
    }

    /// Asks for all at once where a channel is free.
    public func startReads(_ parts: [BlobPart]) throws -> any BlobReading {
        guard parts.count <= Self.questionsMax else { return readsWhenWaited(parts) }
        return try reading(parts, sized: nil)
    }

    private func reading(_ parts: [BlobPart], sized: BlobKey?) throws -> any BlobReading {
        // Who has begun a read may begin others before it waits for the first, so nobody waits for a channel here.
        guard let lane = try ahead.takeIfFree() else { return readsWhenWaited(parts) }
        do {
            try lane.startReads(parts, sized: sized)
        } catch {
            ahead.giveBack(lane)
            throw error
        }
        return RemoteReading(lane, ahead, parts, sized)
    }

    /// Asks once, unless the blob is long.
    public func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] {
        switch try requests.withLane({ try $0.whole(key, limit: limit) }) {
        case .absent: throw missing(key)
        case .tooLong: return try getInSteps(key, limit: limit)
        case .found(let bytes, _): return bytes
        }
    }

    /// Asks once, unless the blob is long.
    public func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        switch try requests.withLane({ try $0.whole(key, limit: limit) }) {
        case .absent: return nil
        case .found(let bytes, .some(let version)): return (bytes, version)
        case .tooLong, .found(_, nil): return try fetchInSteps(key, limit: limit)
        }
    }

    /// Sends up to ``questionsMax`` questions before it waits for the first reply.
    public func replies(to questions: [BlobQuestion]) throws -> [BlobReply] {
        var rest = questions[...]
        var replies: [BlobReply] = []
        while !rest.isEmpty {
            let some = Array(rest.prefix(Self.questionsMax))
            rest = rest.dropFirst(some.count)
            let found = try requests.withLane { try $0.replies(to: some) }
            replies += try zip(some, found).map { try reply($0, $1) }
        }
        return replies
    }

    /// What a lane brought, and what one answer could not bring.
    private func reply(_ question: BlobQuestion, _ found: BlobLane.Reply) throws -> BlobReply {
        switch (found, question) {
        case (.failed(let error), _): .failed(error)
        case (.page(let infos), _): .page(infos)
        case (.whole(.absent), _): .absent
        case (.whole(.found(let bytes, _)), .get): .blob(bytes, nil)
        case (.whole(.found(let bytes, .some(let version))), _): .blob(bytes, version)
        case (.whole, _): try oneByOne(question)
        }
    }

    /// Asks what is too long for one answer, or has no version.
    private func oneByOne(_ question: BlobQuestion) throws -> BlobReply {
        do {
            return try reply(to: question)
        } catch let error as PerigeeError {
            return .failed(error)
        }
    }

    /// Asks.
    public func info(_ key: BlobKey) throws -> BlobInfo? { try requests.withLane { try $0.info(key) } }

    /// Asks for pages of at most a thousand until there are `limit`.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        // No key is as long, so none begins with it.
        guard prefix.utf8.count <= BlobKey.lengthMax else { return [] }
        return try requests.withLane { lane in
            var found: [BlobInfo] = []
            while found.count < limit {
                let wish = min(limit - found.count, BlobWire.listMax)
                let page = try lane.list(prefix, after: found.last?.key ?? cursor, limit: wish)
                found += page
                if page.count < wish { break }
            }
            return found
        }
    }

    /// Asks, and waits until it is done.
    public func delete(_ key: BlobKey) throws { try requests.withLane { try $0.delete(key) } }

    /// Has the other side make it, where it says that it can.
    public func make(
        by recipe: BlobRecipe, if condition: PutCondition, as key: () throws -> BlobKey
    ) throws -> BlobVersion? {
        guard recipe.parts.count <= BlobWire.partsMax else { return nil }
        return try requests.withLane { lane in
            guard try lane.channel.carrier.hello.features.contains(.segments) else { return nil }
            return try lane.make(key(), recipe, condition)
        }
    }

    /// Begins a blob that is sent as it is made.
    public func stage() throws -> any BlobStaging {
        guard let lane = try staged.takeIfFree() else { return BufferedStaging(self) }
        try lane.beginBlob()
        return try RemoteStaging(lane, staged)
    }
}

/// A blob in the making on a channel of its own.
final class RemoteStaging: BlobStaging {
    private var lane: BlobLane?
    private var sender: BlobSender
    private let pool: LanePool

    init(_ lane: BlobLane, _ pool: LanePool) throws {
        (self.lane, self.pool) = (lane, pool)
        sender = try BlobSender(lane)
    }

    deinit {
        guard let lane else { return }
        try? lane.dropBlob()
        pool.giveBack(lane)
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        _ = try current()
        try sender.append(bytes)
    }

    func commit(as key: BlobKey, if condition: PutCondition) throws -> BlobVersion {
        try startCommit(as: key, if: condition).finish()
    }

    func startCommit(as key: BlobKey, if condition: PutCondition) throws -> any BlobCommit {
        let lane = try current()
        self.lane = nil
        do {
            try sender.startCommit(key, condition)
        } catch {
            pool.giveBack(lane)
            throw error
        }
        return RemoteCommit(lane, pool)
    }

    private func current() throws -> BlobLane {
        guard let lane else {
            throw PerigeeError(.refused, "the staged blob is committed already", remedy: "stage a new one")
        }
        return lane
    }
}

/// A commit whose answer is on its way.
final class RemoteCommit: BlobCommit {
    private var lane: BlobLane?
    private let pool: LanePool

    init(_ lane: BlobLane, _ pool: LanePool) {
        self.lane = lane
        self.pool = pool
    }

    deinit { if let lane { pool.giveBack(lane) } }

    func finish() throws -> BlobVersion {
        guard let lane else {
            throw PerigeeError(.refused, "the commit was waited for already", remedy: "stage a new blob")
        }
        self.lane = nil
        defer { pool.giveBack(lane) }
        return try lane.finishCommit()
    }
}
