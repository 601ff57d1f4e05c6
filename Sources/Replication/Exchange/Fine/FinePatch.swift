internal import Hashing

/// How new bytes are made of old pieces and of what is sent.
struct FinePatch {
    /// A step in the making.
    enum Step: Equatable {
        /// So many pieces, from this one on.
        case copy(first: Int, count: Int)
        /// So many bytes of those that come along.
        case insert(Int)
    }

    private(set) var steps: [Step] = []

    /// How many bytes come along with it.
    var literalCount: Int { steps.reduce(0) { if case .insert(let count) = $1 { $0 + count } else { $0 } } }

    /// Makes `bytes` out of the pieces whose names are given; what is not among them goes to `literal`.
    init(
        _ bytes: UnsafeRawBufferPointer, _ known: [UInt64: Int32], names: [UInt64], _ key: HashKey,
        literal: (UnsafeRawBufferPointer) -> Void
    ) {
        let (pieces, digests) = FineSignature.pieces(bytes, key)
        var next = -1
        for (piece, digest) in zip(pieces, digests) {
            let name = digest.withUnsafeBytes { FineSignature.name($0) }
            // The piece behind the last one, where that fits too: then both are one step.
            if next >= 0, next < names.count, names[next] == name {
                add(.copy(first: next, count: 1))
            } else if let found = known[name] {
                next = Int(found)
                add(.copy(first: next, count: 1))
            } else {
                literal(piece)
                add(.insert(piece.count))
                continue
            }
            next += 1
        }
    }

    /// The steps of a message.
    init(decoding input: inout MessageReader) throws {
        var expected = 0
        for _ in 0..<(try input.number(upTo: 1 << 16, "a count of steps")) {
            let word = try input.number(upTo: 1 << 24, "a step")
            guard word & 1 == 1 else {
                steps.append(.insert(word >> 1))
                continue
            }
            let jump = try input.signed()
            let (first, overflow) = Int64(expected).addingReportingOverflow(jump)
            guard !overflow, first >= 0, first <= 1 << 24 else {
                throw ExchangeFault.hostile("a piece that there is not")
            }
            steps.append(.copy(first: Int(first), count: word >> 1))
            expected = Int(first) + (word >> 1)
        }
    }

    func encode(into out: inout MessageWriter) {
        var expected = 0
        out.number(steps.count)
        for step in steps {
            switch step {
            case .insert(let count): out.number(count << 1)
            case .copy(let first, let count):
                out.number(count << 1 | 1)
                out.signed(Int64(first - expected))
                expected = first + count
            }
        }
    }

    private mutating func add(_ step: Step) {
        switch (steps.last, step) {
        case (.copy(let first, let count), .copy(let next, _)) where first + count == next:
            steps[steps.count - 1] = .copy(first: first, count: count + 1)
        case (.insert(let count), .insert(let more)): steps[steps.count - 1] = .insert(count + more)
        default: steps.append(step)
        }
    }
}
