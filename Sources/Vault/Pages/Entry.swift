public import Model

/// One name of a snapshot's tree with its attributes and its content.
public struct Entry: Hashable, Sendable {
    /// Where it stands, from the dataset's root.
    public var path: TreePath
    /// What it is like.
    public var attributes: Attributes
    /// The chunks of a file.
    public var content: FileContent

    /// An entry; an inline content without chunks becomes ``FileContent/none``.
    public init(path: TreePath, attributes: Attributes, content: FileContent = .none) {
        self.path = path
        self.attributes = attributes
        self.content = content == .inline([]) ? .none : content
    }

    /// An entry whose content is known not to be an empty list.
    @inline(__always)
    init(trusted path: TreePath, _ attributes: Attributes, _ content: FileContent) {
        self.path = path
        self.attributes = attributes
        self.content = content
    }
}
