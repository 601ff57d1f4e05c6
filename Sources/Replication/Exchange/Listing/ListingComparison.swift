internal import Model

/// What a destination finds out about a source's listing: which parts are as remembered, and which leaves are not.
struct ListingComparison {
    /// A part of the listing, in path order.
    enum Part {
        /// The entries of the record from one place up to another are as they were.
        case known(Range<Int>)
        /// The source's leaf at this place is not known.
        case leaf(Int)
    }

    private(set) var parts: [Part] = []
    private let channel: any MessageChannel
    private let known: [NodeName: Range<Int>]
    private var levels: [Int] = []

    /// Compares what comes through `channel` with `survey`; `read` takes messages with failures that come first.
    init(_ channel: any MessageChannel, _ tree: ListingTree, read: ([UInt8]) throws -> Void) throws {
        self.channel = channel
        known = Self.index(tree)
        let name = try receiveRoot(read)
        try descend(name)
    }

    /// Where the entries of each whole node stand in the record.
    private static func index(_ tree: ListingTree) -> [NodeName: Range<Int>] {
        var index: [NodeName: Range<Int>] = [:]
        var below: [Range<Int>] = []
        for (level, nodes) in tree.levels.enumerated() {
            let ranges = nodes.map { node in
                let (first, end) = (Int(node.first), Int(node.first + node.count))
                return level == 0 ? first..<end : below[first].lowerBound..<below[end - 1].upperBound
            }
            for (node, range) in zip(nodes, ranges) where node.isWhole { index[node.name] = range }
            below = ranges
        }
        return index
    }

    private mutating func receiveRoot(_ read: ([UInt8]) throws -> Void) throws -> NodeName {
        while let message = try channel.receive() {
            guard message.first == ListingMessage.root.rawValue else {
                try read(message)
                continue
            }
            return try MessageReader.read(message) { input in
                _ = try input.byte()
                for _ in 0..<(try input.number(upTo: 8, "a count of levels")) {
                    levels.append(
                        try input.number(upTo: Int(ExchangeLimits.listing) / ListingTree.leaf.least, "a count of nodes")
                    )
                }
                guard levels.last == 1 else { throw ExchangeFault.hostile("a listing without a root") }
                return NodeName(try input.raw(NodeName.byteCount))
            }
        }
        throw ExchangeFault.ended
    }

    /// Goes from the root down, level by level, past all that is known.
    private mutating func descend(_ root: NodeName) throws {
        // What is known of the nodes of a level, in order: their place where they have to be opened.
        var open: [Part] = [known[root].map(Part.known) ?? .leaf(0)]
        for level in stride(from: levels.count - 1, to: 0, by: -1) {
            let places = open.compactMap { if case .leaf(let place) = $0 { place } else { nil } }
            guard !places.isEmpty else { break }
            open = try opened(open, places, level)
        }
        parts = open
    }

    /// The parts, each node that is not known replaced by those below it.
    private func opened(_ parts: [Part], _ places: [Int], _ level: Int) throws -> [Part] {
        var asked = 0
        while asked < places.count {
            let some = places[asked..<min(places.count, asked + ExchangeLimits.nodesAsked)]
            try channel.send(ListingAsk.encode(level: level, some))
            asked += some.count
        }
        var answers: [(first: Int, names: [NodeName])] = []
        try receive(places.count, level) { answers.append($0) }
        var next = answers.makeIterator()
        return try parts.flatMap { part -> [Part] in
            guard case .leaf = part, let answer = next.next() else { return [part] }
            return try answer.names.enumerated().map { offset, name in
                let place = answer.first + offset
                guard place < levels[level - 1] else { throw ExchangeFault.hostile("more nodes than it said") }
                return known[name].map(Part.known) ?? .leaf(place)
            }
        }
    }

    private func receive(_ count: Int, _ level: Int, _ body: ((first: Int, names: [NodeName])) -> Void) throws {
        var (received, end) = (0, 0)
        while received < count {
            guard let message = try channel.receive() else { throw ExchangeFault.ended }
            try MessageReader.read(message) { input in
                guard ListingMessage(rawValue: try input.byte()) == .nodes else {
                    throw ExchangeFault.hostile("something else where nodes were due")
                }
                while !input.isAtEnd {
                    let first = try input.number(upTo: levels[level - 1], "a place in a level")
                    guard first >= end, received < count else {
                        throw ExchangeFault.hostile("nodes that nobody asked for")
                    }
                    let nodes = try input.number(upTo: ListingTree.fold.most, "a count of nodes")
                    guard nodes > 0 else { throw ExchangeFault.hostile("a node with nothing below it") }
                    let names = try (0..<nodes).map { _ in NodeName(try input.raw(NodeName.byteCount)) }
                    body((first, names))
                    end = first + nodes
                    received += 1
                }
            }
        }
    }
}
