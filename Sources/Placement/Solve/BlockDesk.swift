/// Blocks that several threads solve, each the next that nobody has taken.
struct BlockDesk: Sendable {
    // Nil while a thread has it, so that nothing of it is copied.
    private var blocks: [ChargeBlock?]
    private var found: [ChargeBlock.Solution?]
    private var next = 0

    init(_ blocks: [ChargeBlock]) {
        self.blocks = blocks
        found = blocks.map { _ in nil }
    }

    /// The next block; nil where all are taken.
    mutating func take() -> (index: Int, block: ChargeBlock)? {
        guard next < blocks.count, let block = blocks[next] else { return nil }
        blocks[next] = nil
        defer { next += 1 }
        return (next, block)
    }

    /// Takes a block back that is solved.
    mutating func give(_ block: ChargeBlock, _ solution: ChargeBlock.Solution, at index: Int) {
        (blocks[index], found[index]) = (block, solution)
    }

    /// All blocks and what was found, in their order, once all are back.
    func done() -> [(block: ChargeBlock, found: ChargeBlock.Solution)] {
        zip(blocks, found).compactMap { block, found in
            guard let block, let found else { return nil }
            return (block, found)
        }
    }
}
