/// Messages in the order in which they came.
struct MessageQueue {
    private var messages: [Message?] = []
    private var head = 0

    /// So many places of taken messages are given back at once.
    private static var takenMax: Int { 1024 }

    var isEmpty: Bool { head == messages.count }

    mutating func put(_ message: Message) { messages.append(message) }

    mutating func take() -> Message? {
        guard head < messages.count else { return nil }
        defer {
            messages[head] = nil
            head += 1
            if head == messages.count || head >= Self.takenMax {
                messages.removeFirst(head)
                head = 0
            }
        }
        return messages[head]
    }
}
