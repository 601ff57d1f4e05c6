/// What is to be listed of a tree or snapshot.
public struct DeskListing: Sendable, Hashable {
    /// The site.
    public var site: String
    /// The dataset.
    public var dataset: String
    /// Which snapshot, of a vault; nil for the newest.
    public var snapshot: String?
    /// A folder or file in it; nil for the root.
    public var path: String?
    /// Whether what is in its folders is listed too.
    public var isRecursive = false
    /// Only what comes behind this path; nil for all.
    public var after: String?
    /// So much at most.
    public var limit = 50

    /// The root of a dataset at a site.
    public init(site: String, dataset: String) { (self.site, self.dataset) = (site, dataset) }
}
