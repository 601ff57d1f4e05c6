public import Content

/// Where finished pages go.
public protocol PageSink: AnyObject {
    /// Keeps `page`, if it is not kept already, and names it.
    ///
    /// The bytes are the callee's only until it returns. Pages come after the pages that they name.
    func store(_ page: UnsafeRawBufferPointer) throws -> ContentID

    /// Whether the page `id` is kept already, and need not be stored.
    ///
    /// The page may then be named without being stored, as if it had been.
    func holds(_ id: ContentID) -> Bool
}
