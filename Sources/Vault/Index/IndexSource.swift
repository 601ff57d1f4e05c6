/// Sorted entries that can be gone through more than once, without holding them all.
protocol IndexSource: AnyObject {
    /// No fewer than the entries that ``next()`` gives.
    var countMax: Int { get }

    /// Begins again.
    func rewind()

    /// The next entry, ascending by ID, no ID twice; nil at the end.
    func next() throws -> IndexEntry?
}
