internal import Model
public import Replication
public import Wire

/// Shows trees of this site to others: see ``TreeAnswerer``.
///
/// What may be asked is for whoever lets the other site in to say.
public struct LookService: WireService {
    /// The name that channels are opened with.
    public static let service = "tree.look"

    private let makeContext: @Sendable () -> RunContext
    private let places: TreePlaces

    /// A service whose runs have the context that `makeContext` makes.
    ///
    /// - Parameter places: which trees the other site may name.
    public init(places: TreePlaces = .host, _ makeContext: @escaping @Sendable () -> RunContext) {
        self.places = places
        self.makeContext = makeContext
    }

    /// The name that channels are opened with.
    public var name: String { Self.service }

    /// Answers the question that came with `channel`.
    ///
    /// - Throws: what stands in the way of an answer; the other site is to be told.
    public func serve(_ channel: Channel) throws {
        let look = try Document.decode(TreeLook.self, channel.opening, from: channel.peer)
        try TreeAnswerer(root: try places.resolve(look.tree, .reading), context: makeContext()).answer(
            look.question, through: WireChannel(channel))
        // Until the other site has read all of it: then nothing is cut off.
        while try channel.receive() != nil {}
    }
}

/// A question after a tree, as it opens a channel.
struct TreeLook: Codable {
    /// What the tree is called at the other site: a path.
    var tree: String
    /// What is asked.
    var question: TreeQuestion
}
