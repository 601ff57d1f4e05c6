/// Blocks that several threads solve, each one that nobody has taken.
struct BlockDesk: Sendable {
    // Taken from the end and moved, so that nothing of a block is copied.
    private var waiting: [ChargeBlock]
    private var done: [(block: ChargeBlock, found: ChargeBlock.Solution)?]

    init(_ blocks: consuming [ChargeBlock]) {
        done = blocks.map { _ in nil }
        waiting = blocks
    }

    /// A block to be solved, and its place; nil where all are taken.
    mutating func take() -> (place: Int, block: ChargeBlock)? {
        guard let block = waiting.popLast() else { return nil }
        return (waiting.count, block)
    }

    /// Takes a block back that is solved.
    mutating func give(_ block: ChargeBlock, _ found: ChargeBlock.Solution, at place: Int) {
        done[place] = (block, found)
    }

    /// All blocks and what was found, in their order, once all are back.
    var solved: [(block: ChargeBlock, found: ChargeBlock.Solution)] { done.compactMap(\.self) }
}
