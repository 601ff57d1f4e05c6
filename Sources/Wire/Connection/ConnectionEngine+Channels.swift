internal import Model
internal import Synchronization

/// What the users of channels ask for.
extension ConnectionEngine {
    /// Opens a channel for `service`.
    func open(_ service: String, _ payload: [UInt8]) throws -> ChannelCore {
        guard !service.isEmpty, service.utf8.count <= WireLimits.serviceMax, payload.count <= WireLimits.openingMax
        else {
            throw PerigeeError(
                .limit, "a channel is opened with more than \(WireLimits.openingMax) bytes", at: service)
        }
        var head = FieldWriter()
        head.text(service)
        head.raw(payload)
        // The other side takes numbers in their order only, so no other channel may come between number and frame.
        while true {
            let core = try opening.withLock { _ -> ChannelCore? in
                guard let core = try enter(service, payload) else { return nil }
                try head.bytes.withUnsafeBytes { try outbox.put(.open, channel: core.number, [$0]) }
                return core
            }
            if let core { return core }
            // So many that only the other side's hello can allow more.
            _ = try hello()
        }
    }

    /// A new channel, entered into the table; nil where that has to wait for the other side's hello.
    private func enter(_ service: String, _ payload: [UInt8]) throws -> ChannelCore? {
        try credit.withLock { credit in
            try table.open { number in
                ChannelCore(
                    number: number, service: service, opening: payload, credit: credit, window: ours.window,
                    windowMax: options.windowMax, growth: options.growth)
            }
        }
    }

    /// Sends a message on a channel.
    func send(_ core: ChannelCore, _ kind: UInt8, _ parts: [UnsafeRawBufferPointer]) throws {
        let count = parts.reduce(0) { $0 + $1.count }
        // Before the other side's hello little is known of what it takes.
        if count > longest.load(ordering: .relaxed) { _ = try hello() }
        let most = longest.load(ordering: .relaxed)
        guard count <= most else {
            throw PerigeeError(.limit, "a message of \(count) bytes is longer than \(most)", at: core.service)
        }
        // In the order in which credit was taken: the message that overdraws it must be the last to leave.
        try core.sending.withLock { _ in
            try core.takeCredit(for: count)
            guard stream.keepsWritten, count >= WireLimits.directMin else {
                return try outbox.put(.message, channel: core.number, messageKind: kind, parts)
            }
            try outbox.pass(.message, channel: core.number, messageKind: kind, parts) { try write($0) }
        }
    }

    /// The next message of a channel; gives credit for it.
    func receive(_ core: ChannelCore) throws -> Message? {
        guard let (message, credit) = try core.take() else { return nil }
        give(credit, core)
        return message
    }

    /// Lets the other side send up to `bytes` of a channel without a word from here, as far as the budget has them.
    func widen(_ core: ChannelCore, to bytes: Int) { give(core.widen(to: bytes), core) }

    private func give(_ credit: Int, _ core: ChannelCore) {
        guard credit > 0 else { return }
        // Fails only when the connection does, which the next call says.
        try? withUnsafeBytes(of: UInt32(clamping: credit).littleEndian) {
            try outbox.put(.credit, channel: core.number, [$0])
        }
    }

    /// Ends this side's direction of a channel.
    func finish(_ core: ChannelCore) {
        guard core.finish() else { return }
        try? outbox.put(.finish, channel: core.number)
        if core.isOver { table.remove(core) }
    }

    /// Ends a channel in both directions.
    func reset(_ core: ChannelCore, _ error: any Error) {
        guard !core.isOver, core.fail(error) else { return }
        try? ErrorCoding.encode(error).withUnsafeBytes { try outbox.put(.reset, channel: core.number, [$0]) }
        table.remove(core)
    }
}
