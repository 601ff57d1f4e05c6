/// What an entry's encoding leaves out because the entry before it in the page says it.
struct EntryContext {
    /// The path before.
    var path: [UInt8] = []
    /// Its owner.
    var owner: UInt32 = 0
    /// Its group.
    var group: UInt32 = 0
    /// Its modification time's second.
    var second: Int64 = 0
    /// Whether there is no entry before.
    var isFirst = true
}
