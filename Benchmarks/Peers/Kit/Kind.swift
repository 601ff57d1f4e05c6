/// The workloads: what data is replicated.
package enum Kind: String, CaseIterable, Codable, Sendable {
    case weights, sources, images, many, table

    /// What it is, for the head of its table.
    package var title: String {
        switch self {
        case .weights: "model weights"
        case .sources: "a tree of sources"
        case .images: "files that do not compress"
        case .many: "many small files"
        case .table: "a table"
        }
    }

    /// What makes it, unless it is a tree that is there already.
    var maker: (any DataMaker)? {
        switch self {
        case .weights: WeightsMaker()
        case .sources: nil
        case .images: ImagesMaker()
        case .many: ManyMaker()
        case .table: TableMaker()
        }
    }
}
