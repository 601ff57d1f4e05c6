/// Where further streams join a connection as its strands, for as long as whoever carries it so wants them.
protocol StrandEntrance: Sendable {
    /// What whoever comes in has to know: letters from a to z, digits, hyphens.
    var name: String { get }

    /// Nobody comes in any more.
    func close()
}
