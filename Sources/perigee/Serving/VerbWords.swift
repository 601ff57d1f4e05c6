internal import Web

/// The words of the verbs whose documents the API asks for.
enum VerbWords {
    /// Those of a document that a verb reads from trees and vaults; none for others.
    static func of(_ document: DeskDocument) -> [String] {
        switch document {
        case .history(let site, let dataset, let before, let limit):
            ["log", "\(site):\(dataset ?? "")", "--number=\(limit)"] + (before.map { ["--before=\($0)"] } ?? [])
        case .entries(let listing):
            ["ls"] + place(listing) + (listing.isRecursive ? ["--recursive"] : [])
                + page(listing.after, listing.limit)
        case .differences(let old, let new, let data, let after, let limit):
            ["diff", old, new] + (data ? ["--data"] : []) + page(after, limit)
        case .keys(let site): ["keys", "list", "\(site):"]
        case .epochs(let site): ["keys", "status", "\(site):"]
        case .doctor: ["doctor"]
        default: []
        }
    }

    /// What a listing is of: the end, and the path in it.
    static func place(_ listing: DeskListing) -> [String] {
        ["\(listing.site):\(listing.dataset)\(listing.snapshot.map { "@\($0)" } ?? "")"]
            // A path that begins with a hyphen is no option.
            + (listing.path.map { ["./\($0)"] } ?? [])
    }

    private static func page(_ after: String?, _ limit: Int) -> [String] {
        ["--number=\(limit)"] + (after.map { ["--after=\($0)"] } ?? [])
    }
}
