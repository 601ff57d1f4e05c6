internal import NIOCore

/// Events as `text/event-stream` has them.
enum EventText {
    /// A comment, which keeps the connection open and does nothing else.
    static let beat = ByteBuffer(string: ": still here\n\n")
    /// What a stream begins with: how long to wait before connecting again, in milliseconds.
    static let hello = ByteBuffer(string: "retry: 3000\nevent: hello\ndata: {}\n\n")

    /// Tells that `count` events were left away: whoever shows something reads it anew.
    static func missed(_ count: UInt64) -> ByteBuffer {
        ByteBuffer(string: "event: missed\ndata: {\"missed\":\(count)}\n\n")
    }

    /// An event; documents have no line breaks, and one that had would be cut into lines of data.
    static func event(_ event: DeskEvent) -> ByteBuffer {
        let lines = event.document.split(whereSeparator: \.isNewline).map { "data: \($0)\n" }.joined()
        return ByteBuffer(string: "id: \(event.number)\nevent: \(event.kind)\n\(lines)\n")
    }
}
