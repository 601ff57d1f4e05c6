internal import Web

/// The words of the verbs whose documents the API asks for.
enum VerbWords {
    /// Those of a document that a verb reads from trees and vaults; none for others.
    static func of(_ document: DeskDocument) -> [String] {
        switch document {
        case .history(let site, let dataset, let before, let limit, let forgotten):
            ["log", "\(site):\(dataset ?? "")", "--number=\(limit)"] + option("before", before.map { "\($0)" })
                + (forgotten ? ["--forgotten"] : [])
        case .entries(let listing):
            ["ls"] + place(listing) + (listing.isRecursive ? ["--recursive"] : [])
                + page(listing.after, listing.limit)
        case .differences(let old, let new, let data, let after, let limit):
            ["diff", old, new] + (data ? ["--data"] : []) + page(after, limit)
        case .keys(let site): ["keys", "list", "\(site):"]
        case .epochs(let site): ["keys", "status", "\(site):"]
        case .doctor(let site): ["doctor", "--here"] + (site.map { ["\($0):"] } ?? [])
        case .score: ["status", "--ledger"]
        case .coming(let after, let limit): ["schedule", "next", "--number=\(limit)"] + option("after", after)
        case .occurrences(let at, let zone, let after, let limit):
            ["schedule", "next", "--number=\(limit)"] + option("zone", zone) + option("after", after)
                // It begins with whatever it likes.
                + [" \(at)"]
        case .identity: ["identity", "show"]
        case .trust: ["trust", "list"]
        case .configuration: ["config", "show"]
        case .check(let text): ["config", "check"] + (text == nil ? [] : ["-"])
        case .plan: ["schedule", "plan"]
        case .estimate(let source, let destination, let options): ["estimate", source, destination] + options
        default: []
        }
    }

    /// Those of a verb that changes something.
    static func of(_ change: DeskChange) -> [String] {
        switch change {
        case .initialize(let site, let options): ["init", "\(site):"] + options
        case .addKey(let site, .passphrase(let reference), let label):
            ["keys", "add", "\(site):", "--new-passphrase-from=\(reference)"] + labelled(label)
        case .addKey(let site, .keyFile(let reference), let label):
            ["keys", "add", "\(site):", "--new-key-from=\(reference)"] + labelled(label)
        case .removeKey(let site, let key): ["keys", "remove", "\(site):", key]
        case .makeIdentity: ["identity", "new"]
        case .trust(let wish):
            ["trust", "add", wish.name, wish.identity] + wish.at.map { "--at=\($0)" }
                + (wish.allow.isEmpty ? [] : ["--allow=\(wish.allow.joined(separator: ","))"])
                + wish.exports.map { "--export=\($0)" } + (wish.replaces ? ["--replace"] : [])
        case .distrust(let name): ["trust", "remove", name]
        }
    }

    private static func labelled(_ label: String) -> [String] { label.isEmpty ? [] : ["--label=\(label)"] }

    private static func option(_ name: String, _ value: String?) -> [String] { value.map { ["--\(name)=\($0)"] } ?? [] }

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
