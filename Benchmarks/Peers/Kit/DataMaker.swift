/// Makes the data of a kind of workload: the same bytes for the same seed and scale, on every machine.
package protocol DataMaker: Sendable {
    /// Makes a tree in the empty folder `first`, and where a later version is not just an edited one, all of that in
    /// the empty folder `second`; gives whether there is such a second version.
    func make(first: String, second: String, scale: Double, seed: UInt64) throws -> Bool
}
