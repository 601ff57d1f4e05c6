public import Content

extension StateFolder {
    /// The snapshot that is remembered as the last one that this machine made of `pair`; nil where none is.
    public func lastSnapshot(of pair: EndpointPair) -> ContentID? {
        RecordReader(path: file("records", for: pair)).flatMap { ContentID(hex: $0.binding) }
    }
}
