public import Model

/// Compares two trees and gives their differences in path order.
///
/// A subtree that both hold is not read: where two walks stand before subtrees of one page, both pass over it. Of two
/// others the higher one is opened, so that walks over trees of different heights, or whose boundaries have moved, come
/// level again. The cost is that of the pages which differ, and of the few beside them. Memory: one page a level of each.
/// Where only what comes behind a path is wanted, what lies before it costs the pages on the way there.
///
///     var diff = TreeDiff(old: old.tree, new: new.tree, source: pages)
///     while let change = try diff.next() { print(change.path) }
public struct TreeDiff {
    private var old: TreeWalker?
    private var new: TreeWalker?
    // What each walk stands before; nil at its end.
    private var oldHead: TreeWalker.Step?
    private var newHead: TreeWalker.Step?
    private var hasBegun = false
    private let lower: TreePath?

    /// A comparison of two trees of one dedup domain; no old tree counts as an empty one.
    public init(old: TreeRoot?, new: TreeRoot, source: any PageSource) {
        self.init(old: old, in: source, new: new, in: source)
    }

    /// A comparison of two trees whose pages are in different places.
    ///
    /// Both must be of one dedup domain: in another one, equal pages have other names, so that all of them are read.
    ///
    /// - Parameter after: only differences behind this path are wanted; some before it may be given all the same.
    public init(
        old: TreeRoot?, in oldSource: any PageSource, new: TreeRoot?, in newSource: any PageSource,
        after: TreePath? = nil
    ) {
        lower = after
        self.old = old.map { TreeWalker($0, oldSource) }
        self.new = new.map { TreeWalker($0, newSource) }
    }

    /// The next difference; nil at the end.
    ///
    /// - Throws: `.damaged` where a page contradicts itself or the one above it, and what the sources throw.
    public mutating func next() throws -> Change? {
        if !hasBegun {
            hasBegun = true
            try passOld()
            try passNew()
        }
        while true {
            switch (oldHead, newHead) {
            case (nil, nil): return nil
            case (.subtree(let a)?, .subtree(let b)?):
                try compare(a, b)
            case (.subtree(let subtree)?, _): try openOld(subtree)
            case (_, .subtree(let subtree)?): try openNew(subtree)
            case (.entry(let a)?, .entry(let b)?):
                if let change = try merge(a, b) { return change }
            case (.entry(let a)?, nil):
                try passOld()
                return .removed(a)
            case (nil, .entry(let b)?):
                try passNew()
                return .added(b)
            }
        }
    }

    private mutating func compare(_ a: PageBounds, _ b: PageBounds) throws {
        if a.id == b.id {
            try passOld()
            try passNew()
            return
        }
        // A root, whose level nobody has told, is taken for the highest.
        let oldLevel = a.level ?? .max
        let newLevel = b.level ?? .max
        if oldLevel >= newLevel { try openOld(a) }
        if newLevel >= oldLevel { try openNew(b) }
    }

    private mutating func merge(_ a: Entry, _ b: Entry) throws -> Change? {
        if a.path < b.path {
            try passOld()
            return .removed(a)
        }
        if b.path < a.path {
            try passNew()
            return .added(b)
        }
        try passOld()
        try passNew()
        return a == b ? nil : .changed(old: a, new: b)
    }

    private mutating func passOld() throws {
        repeat { oldHead = try old?.step() } while isPassed(oldHead)
    }

    private mutating func passNew() throws {
        repeat { newHead = try new?.step() } while isPassed(newHead)
    }

    /// Whether nothing that is wanted lies in what a walk stands before.
    private func isPassed(_ head: TreeWalker.Step?) -> Bool {
        guard let lower, case .subtree(let subtree)? = head, let last = subtree.last else { return false }
        return !(lower < TreePath(trusted: last))
    }

    private mutating func openOld(_ subtree: PageBounds) throws {
        try old?.open(subtree)
        try passOld()
    }

    private mutating func openNew(_ subtree: PageBounds) throws {
        try new?.open(subtree)
        try passNew()
    }
}
