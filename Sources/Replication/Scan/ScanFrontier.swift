/// What is still to be listed or looked up, in the order in which the consumer will ask for it.
///
/// A doubly linked list in an array. Work in progress keeps its place as `busy`, so that what it brings to light is put
/// exactly there. The list is as long as there are folders half done, not as there are folders.
struct ScanFrontier {
    /// A place in the list.
    typealias Node = Int

    enum Work {
        /// Somebody is at it.
        case busy
        /// Names of the folder are not looked up.
        case rest(ScanFolder)
        /// Folders in the batch are not begun.
        case folders(ScanBatch)
    }

    private struct Link {
        var work: Work
        var before: Node
        var after: Node
    }

    /// The first link is the head and the end of the ring.
    private var links = [Link(work: .busy, before: 0, after: 0)]
    private var free: [Node] = []

    var isEmpty: Bool { links[0].after == 0 }

    subscript(_ node: Node) -> Work {
        get { links[node].work }
        set { links[node].work = newValue }
    }

    /// Puts `work` before `node`; before the end if that is 0.
    mutating func insert(_ work: Work, before node: Node) -> Node {
        let before = links[node].before
        let link = Link(work: work, before: before, after: node)
        let place: Node
        if let reused = free.popLast() {
            place = reused
            links[place] = link
        } else {
            place = links.count
            links.append(link)
        }
        links[before].after = place
        links[node].before = place
        return place
    }

    mutating func remove(_ node: Node) {
        let link = links[node]
        links[link.before].after = link.after
        links[link.after].before = link.before
        links[node].work = .busy
        free.append(node)
    }

    /// The first place where somebody can begin.
    func firstIdle() -> Node? {
        var node = links[0].after
        while node != 0 {
            if case .busy = links[node].work {} else { return node }
            node = links[node].after
        }
        return nil
    }
}
