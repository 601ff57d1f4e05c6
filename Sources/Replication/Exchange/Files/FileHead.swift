internal import Model

/// What is told of a file before its data.
struct FileHead {
    var attributes: Attributes
    var identity: Guard
    var way: FileWay
    var formerIsGone: Bool

    func encode(into out: inout MessageWriter) {
        out.byte(way.rawValue)
        out.byte(formerIsGone ? 1 : 0)
        FileStateCoding.encode(identity, into: &out)
        AttributesCoding.encode(attributes, into: &out)
    }

    static func decode(_ input: inout MessageReader) throws -> FileHead {
        guard let way = FileWay(rawValue: try input.byte()) else {
            throw ExchangeFault.hostile("a way that is not known")
        }
        let formerIsGone = try input.flag()
        let identity = try FileStateCoding.decode(&input)
        let attributes = try AttributesCoding.decode(&input)
        guard attributes.kind == .file else { throw ExchangeFault.hostile("what is no file where one was asked for") }
        return FileHead(attributes: attributes, identity: identity, way: way, formerIsGone: formerIsGone)
    }
}
