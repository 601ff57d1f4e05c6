public import Content

/// Where pages are read from.
public protocol PageSource: AnyObject {
    /// The plain bytes of the page `id`, authenticated: they have that digest.
    ///
    /// - Throws: `.notFound` or `.damaged` where the page cannot be had.
    func page(_ id: ContentID) throws -> [UInt8]
}
