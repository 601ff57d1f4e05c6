internal import Model
internal import Workers

/// The source's end of a listing: scans, and sends what the destination asks for.
struct ListingSource {
    /// What is scanned.
    let tree: any ReadableTree
    let channel: any MessageChannel
    /// How the destination wants it.
    let way: ListingBegin.Way
    /// What was scanned before it was asked for, for the thread that runs; nil for nothing.
    let start: Monitor<ListingStart?>
    /// Asked while scanning.
    let stop: StopFlag

    /// Serves until the destination has finished.
    func run() throws {
        let writer = try ListingWriter(tree, channel)
        let begun = start.read { $0 }
        switch way {
        case .compared: return try serve(writer, begun)
        case .whole: try EntrySender(tree, begun?.all() ?? tree.feed(), channel).send(writer, stop)
        case .rest: try begun?.rest(through: channel).send(writer, stop)
        }
        while try channel.receive() != nil { throw ExchangeFault.hostile("a question where all was told") }
    }

    private func serve(_ writer: ListingWriter, _ begun: ListingStart?) throws {
        let entries = try EntryStore()
        var builder = ListingTree.Builder()
        let feed = try begun?.all() ?? tree.feed()
        while let entry = try feed.next() {
            try stop.check()
            try entries.add(entry)
            if builder.add(entry.path, FileState(entry)) { try entries.cut() }
        }
        try entries.finish()
        let listing = builder.finish()
        for failure in tree.failures { try writer.add(failureOf: failure.path, failure.error) }
        try writer.flush()
        try channel.send(Self.root(listing))
        while let message = try channel.receive() { try answer(message, listing, entries, writer) }
    }

    /// The levels from the leaves up, and the name of the topmost node.
    private static func root(_ listing: ListingTree) -> [UInt8] {
        var out = MessageWriter(ListingMessage.root)
        out.number(listing.levels.count)
        for level in listing.levels { out.number(level.count) }
        var name: [UInt8] = []
        listing.root?.name.append(to: &name)
        out.raw(name)
        return out.bytes
    }

    private func answer(
        _ message: [UInt8], _ listing: ListingTree, _ entries: EntryStore, _ writer: ListingWriter
    ) throws {
        let (level, places) = try ListingAsk.decode(message, levels: listing.levels.map(\.count))
        if level == 0 {
            for place in places {
                try stop.check()
                try entries.forEach(inBlock: place) { try writer.add($0) }
                try writer.endLeaf()
            }
            return try writer.flush()
        }
        // In parts that fit a message, each with whole nodes.
        var out = MessageWriter(ListingMessage.nodes)
        for place in places {
            let node = listing.levels[level][place]
            out.number(UInt64(node.first))
            out.number(UInt64(node.count))
            var names: [UInt8] = []
            for child in Int(node.first)..<Int(node.first + node.count) {
                listing.levels[level - 1][child].name.append(to: &names)
            }
            out.raw(names)
            guard out.bytes.count >= ExchangeLimits.message / 2 else { continue }
            try channel.send(out.bytes)
            out = MessageWriter(ListingMessage.nodes)
        }
        if out.bytes.count > 1 { try channel.send(out.bytes) }
    }
}

/// The form of a question for nodes or leaves: the level, then how far each place lies behind the one before.
enum ListingAsk {
    static func encode(level: Int, _ places: some Collection<Int>) -> [UInt8] {
        var out = MessageWriter(ListingMessage.ask)
        out.number(level)
        out.number(places.count)
        var last = 0
        for place in places {
            out.number(place - last)
            last = place
        }
        return out.bytes
    }

    /// - Parameter levels: how many nodes each level has.
    static func decode(_ message: [UInt8], levels: [Int]) throws -> (level: Int, places: [Int]) {
        try MessageReader.read(message) { input in
            guard ListingMessage(rawValue: try input.byte()) == .ask else {
                throw ExchangeFault.hostile("something else where a question was due")
            }
            let level = try input.number(upTo: levels.count - 1, "a level")
            let count = try input.number(upTo: ExchangeLimits.nodesAsked, "a count of nodes")
            var (places, last) = ([Int](), 0)
            for index in 0..<count {
                let step = try input.number(upTo: levels[level] - 1 - last, "a place in a level")
                guard step > 0 || index == 0 else { throw ExchangeFault.hostile("a question asked twice") }
                last += step
                places.append(last)
            }
            return (level, places)
        }
    }
}
