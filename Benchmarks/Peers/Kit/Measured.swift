/// What a command took.
struct Measured {
    /// How it ended.
    enum End: Equatable { case done, failed(Int32), killed(Int32), overdue }

    let wall: Double
    let user: Double
    let system: Double
    let peak: Int
    /// CPU seconds that other programs used meanwhile.
    let foreign: Double
    let end: End
}
