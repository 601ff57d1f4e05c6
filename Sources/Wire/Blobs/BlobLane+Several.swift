internal import Files
internal import Model
internal import Storage
internal import Synchronization

// Several requests that are sent before the first is answered: the other side answers them in their order.
extension BlobLane {
    /// What one of several questions that were sent together brought.
    enum Reply {
        case whole(Whole)
        case page([BlobInfo])
        case failed(PerigeeError)
    }

    /// Sends all of `questions`, then takes the replies; a page is of at most ``BlobWire/listMax`` blobs.
    ///
    /// They are few and short: what is sent must fit into a channel's credit, since nothing is received meanwhile.
    func replies(to questions: [BlobQuestion]) throws -> [Reply] {
        try attempt {
            for question in questions {
                switch question {
                case .get(let key, let limit), .fetch(let key, let limit):
                    try channel.send(BlobWire.Request.fetch.rawValue, Self.wholeRequest(key, limit))
                case .list(let prefix, let cursor, let limit):
                    try channel.send(BlobWire.Request.list.rawValue, Self.listRequest(prefix, cursor, limit))
                }
            }
            return try questions.map { question in
                let answer = try receive()
                if let error = try answer.failure() { return .failed(error) }
                switch question {
                case .get(let key, let limit), .fetch(let key, let limit):
                    return .whole(try whole(answer, of: key, limit: limit))
                case .list(_, let cursor, let limit): return .page(try Self.page(answer, after: cursor, limit: limit))
                }
            }
        }
    }

    /// Sends all of `blobs`, then takes the answers: what the first that failed did is thrown.
    ///
    /// - Parameter recipe: by which the first is made there, and not sent, if that can be.
    func putInTurn(_ blobs: [BlobPut], making recipe: BlobRecipe?) throws -> [BlobVersion] {
        let result: Result<[BlobVersion]?, PerigeeError> = try attempt {
            for (place, blob) in blobs.enumerated() { try send(blob, isFirst: place == 0, making: recipe) }
            var (versions, failure, isMade) = ([BlobVersion](), PerigeeError?.none, true)
            for place in blobs.indices {
                let answer = try receive()
                // The others are answered all the same.
                if let error = try answer.failure() {
                    failure = failure ?? error
                } else if place == 0, recipe != nil {
                    if let version = try answer.made() { versions.append(version) } else { isMade = false }
                } else {
                    versions.append(try answer.version())
                }
            }
            guard isMade else { return .success(nil) }
            return failure.map { .failure($0) } ?? .success(versions)
        }
        // Where the first was not made none was put.
        return try result.get() ?? putInTurn(blobs, making: nil)
    }

    private func send(_ blob: BlobPut, isFirst: Bool, making recipe: BlobRecipe?) throws {
        if isFirst, let recipe {
            let question = BlobWire.encode(recipe, blob.condition, blob.key)
            return try channel.send(BlobWire.Request.make.rawValue, question)
        }
        try channel.send(BlobWire.Request.stage.rawValue)
        try blob.bytes.withUnsafeBytes { try sendParts(of: $0[...]) }
        if isFirst {
            try startCommit(blob.key, blob.condition)
        } else {
            try startCommitNext(blob.key, blob.condition)
        }
    }

    /// Asks for `parts`, all at once; ``finishReads(_:sized:)`` is next.
    ///
    /// - Parameter sized: a blob whose size is asked for as well.
    func startReads(_ parts: [BlobPart], sized: BlobKey?) throws {
        // Answers are outstanding from now on.
        isAtRest.store(false, ordering: .relaxed)
        expect(parts.reduce(0) { $0 + $1.buffer.bytes.count })
        if let sized {
            var out = FieldWriter()
            out.text(sized.text)
            try channel.send(BlobWire.Request.info.rawValue, out.bytes)
        }
        for part in parts {
            let request = Self.readRequest(part.key, part.offset, part.buffer.bytes.count)
            try channel.send(BlobWire.Request.read.rawValue, request)
        }
    }

    /// The answers to ``startReads(_:sized:)``: all bytes that came, and the size.
    func finishReads(_ parts: [BlobPart], sized: BlobKey?) throws -> (count: Int, size: UInt64?) {
        let result: Result<(Int, UInt64?), PerigeeError> = try attempt {
            var (sum, failure) = (0, PerigeeError?.none)
            let size = try sized.flatMap { try self.size(of: $0) }
            for part in parts {
                let answer = try receive()
                // The others come all the same, and are to be taken.
                if let error = try answer.failure() {
                    failure = failure ?? error
                } else {
                    sum += try take(answer, into: part.buffer.bytes)
                }
            }
            return failure.map { .failure($0) } ?? .success((sum, size))
        }
        return try result.get()
    }

    private func size(of key: BlobKey) throws -> UInt64? {
        let answer = try receive()
        guard try answer.failure() == nil else { return nil }
        return try answer.fields(.info) { fields, peer in
            try fields.number(UInt8.self) == 0 ? nil : BlobWire.info(&fields, of: key, peer).size.bytes
        }
    }
}
