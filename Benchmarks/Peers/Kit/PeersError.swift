/// What kept the driver from measuring, in words for its user.
package struct PeersError: Error, CustomStringConvertible, Equatable {
    /// What happened, and what to do.
    package let description: String

    /// An error that says `description`.
    package init(_ description: String) { self.description = description }
}
