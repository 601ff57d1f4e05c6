public import Content
internal import Foundation
internal import Model
public import Replication
internal import Wire

/// What one site asks another to do with a tree there.
public struct TreeJob: Codable, Sendable {
    /// What the asked site is to be.
    public enum Role: String, Codable, Sendable {
        /// It has the tree that is read.
        case source
        /// It has the tree that is written.
        case destination
        /// It has the tree that would be written: it says what that would take.
        case estimate
    }

    /// The name of the service that takes jobs.
    public static let service = "tree"
    static let listing = "tree.listing"
    static let files = "tree.files"

    /// What the asked site is to be.
    public var role: Role
    /// Where its tree is.
    public var path: String
    /// What the source is called in what is remembered, where the asked site has the destination.
    public var source = ""
    /// What is wished of the sync, likewise.
    public var wishes = Wishes()
    /// The first message of the listing's channel, where it came along, in base 64; see ``StartingJob``.
    private var begin: String?
    /// What the asking site, which is the source, lists first, in base 64.
    private var ahead: [String]?

    /// A job.
    public init(role: Role, path: String) {
        self.role = role
        self.path = path
    }

    /// What it is asked for with: with what `add` has go along, unless many rules leave no room for that.
    func opening(_ add: (inout TreeJob) -> Void) throws -> [UInt8] {
        var whole = self
        add(&whole)
        let opening = try Document.encode(whole)
        return opening.count <= WireLimits.openingMax ? opening : try Document.encode(self)
    }

    /// Has `message` go along with it.
    mutating func take(_ message: [UInt8]) { begin = Data(message).base64EncodedString() }

    /// Has the beginning of the listing go along with it.
    mutating func take(_ listing: ListingAhead) {
        ahead = listing.messages.map { Data($0).base64EncodedString() }
    }

    /// What came along.
    ///
    /// - Throws: where that is not what it should be.
    func firstMessage() throws -> [UInt8]? { try begin.map(Self.message) }

    /// What of the listing came along.
    ///
    /// - Throws: where that is not what it should be, or more.
    func listingAhead() throws -> ListingAhead? { try ahead.map { try ListingAhead($0.map(Self.message)) } }

    private static func message(_ text: String) throws -> [UInt8] {
        guard let bytes = Data(base64Encoded: text), bytes.count <= ExchangeLimits.message else {
            throw PerigeeError(.format, "what came along with the job is not understood")
        }
        return Array(bytes)
    }

    /// The two channels that the other site opens once it has understood the job, and whether it took what came along.
    static func channels(
        of control: Channel, _ connection: Connection
    ) throws -> (listing: WireChannel, files: WireChannel, hasBegun: Bool) {
        guard let message = try control.receive(), message.kind == RunEvent.ready.rawValue,
            let listing = try connection.accept(), listing.service == Self.listing,
            let files = try connection.accept(), files.service == Self.files
        else { throw misunderstood(connection) }
        return (WireChannel(listing), WireChannel(files), message.count > 0)
    }

    /// The other site does not know such jobs.
    static func misunderstood(_ connection: Connection) -> PerigeeError {
        PerigeeError(
            .format, "it does not answer as a site with trees does", at: connection.peer,
            remedy: "use the same version of perigee at both ends")
    }

    /// What of a user's wishes a destination has to know.
    public struct Wishes: Codable, Sendable {
        var isDryRun = false
        var deletes = false
        var deletionCount: UInt64?
        var deletionPercent: Double?
        var comparesContent = false
        var requiresFidelity = false
        var verification = ""
        var generations = false
        var oneFileSystem = false
        var excludes: [Bool] = []
        var patterns: [String] = []
        var compression = "auto"
        var isExact = false
        /// What the link carries, in bytes a second, and a round trip in seconds; for an estimate, where that is known.
        var bandwidth: Double?
        var roundTrip: Double?

        /// The defaults.
        init() {}

        /// What `options` wish.
        public init(_ options: SyncOptions, compression: Compression, generations: Bool) {
            isDryRun = options.isDryRun
            deletes = options.deletes
            switch options.deletionLimit {
            case .count(let count): deletionCount = count
            case .percent(let percent): deletionPercent = percent
            }
            comparesContent = options.comparesContent
            requiresFidelity = options.requiresFidelity
            verification = options.verification.rawValue
            oneFileSystem = options.scan.oneFileSystem
            for rule in options.scan.filter.rules {
                switch rule {
                case .exclude(let pattern):
                    excludes.append(true)
                    patterns.append(pattern)
                case .include(let pattern):
                    excludes.append(false)
                    patterns.append(pattern)
                }
            }
            self.compression = compression.description
            self.generations = generations
        }

        /// What `options` of an estimate wish.
        public init(_ options: EstimateOptions) {
            self.init(options.run, compression: options.compression, generations: false)
            isExact = options.isExact
            bandwidth = options.link?.bandwidth.bytesPerSecond
            roundTrip = options.link?.roundTrip
        }

        /// The link that is told; nil where none is, or none that can be.
        var link: LinkSpeed? {
            guard let bandwidth, bandwidth > 0, bandwidth.isFinite else { return nil }
            let trip = roundTrip.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil } ?? 0
            return LinkSpeed(bandwidth: ByteRate(bytesPerSecond: bandwidth), roundTrip: trip)
        }

        /// The compression that is wished for.
        ///
        /// - Throws: where there is none of that name.
        func compressionWish() throws -> Compression {
            guard let wish = Compression(parsing: compression) else {
                throw PerigeeError(.usage, "\(compression) is no compression")
            }
            return wish
        }

        /// The options that say the same.
        ///
        /// - Throws: where the other side wished what there is not.
        func options() throws -> SyncOptions {
            var options = SyncOptions()
            options.isDryRun = isDryRun
            options.deletes = deletes
            if let deletionCount { options.deletionLimit = .count(deletionCount) }
            if let deletionPercent { options.deletionLimit = .percent(deletionPercent) }
            options.comparesContent = comparesContent
            options.requiresFidelity = requiresFidelity
            guard let level = Verification(rawValue: verification), excludes.count == patterns.count else {
                throw PerigeeError(
                    .unsupported, "the other site wishes for what this one does not know",
                    remedy: "use the same version of perigee at both ends")
            }
            options.verification = level
            let rules = zip(excludes, patterns).map { $0 ? PathFilter.Rule.exclude($1) : .include($1) }
            options.scan = ScanOptions(filter: try PathFilter(rules), oneFileSystem: oneFileSystem)
            return options
        }
    }
}
