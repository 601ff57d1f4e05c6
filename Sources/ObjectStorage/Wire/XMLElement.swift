/// A small XML document, as a tree of elements with text in them.
///
/// What object stores answer needs no more; anything else is refused: document types, entities of one's own, CDATA,
/// documents that are deep or have many elements. Attributes and comments are passed over.
package struct XMLElement {
    /// The most elements of a document: a page of a thousand blobs has some ten thousand.
    static let elementsMax = 40_000
    /// How deep elements may be nested.
    static let depthMax = 12
    /// The most bytes of an element's name.
    static let nameMax = 128

    /// Without a namespace's prefix.
    var name: String
    /// All text in it, that of its children aside.
    var text = ""
    /// The elements in it, in order.
    var children: [XMLElement] = []

    /// An element with nothing in it.
    package init(name: String) { self.name = name }

    /// The text of the first child called `name`; nil where there is none.
    subscript(_ name: String) -> String? { children.first { $0.name == name }?.text }

    /// The children called `name`.
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

extension XMLElement {
    /// Why a document is refused.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    /// Reads a document.
    ///
    /// - Throws: ``Refusal`` where it is none, or passes a limit.
    package init(parsing bytes: [UInt8]) throws {
        var reader = XMLReader(bytes)
        self = try reader.document()
    }
}
