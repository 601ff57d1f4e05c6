/// What one configuration says otherwise than another, by names.
///
/// Where something is written, and comments, do not count.
public struct ConfigurationChanges: Sendable, Equatable {
    /// What became of the named things of one kind.
    public struct Names: Sendable, Equatable {
        /// New ones, in the order of the new file.
        public var added: [String]
        /// Those that say something else, in the order of the new file.
        public var changed: [String]
        /// Those that are gone, in the order of the old file.
        public var removed: [String]

        /// What became of them.
        public init(added: [String] = [], changed: [String] = [], removed: [String] = []) {
            self.added = added
            self.changed = changed
            self.removed = removed
        }

        /// Whether nothing is otherwise.
        public var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }
    }

    /// Of sites.
    public var sites: Names
    /// Of links, each as `from -> to`.
    public var links: Names
    /// Of datasets.
    public var datasets: Names
    /// Of replication rules.
    public var rules: Names
    /// Of notifications.
    public var notices: Names
    /// Of sections that others read.
    public var sections: Names
    /// Whether `here`, the limits of the host or the file of prices are otherwise.
    public var isHostChanged: Bool

    /// Whether nothing is otherwise.
    public var isEmpty: Bool {
        !isHostChanged && [sites, links, datasets, rules, notices, sections].allSatisfy(\.isEmpty)
    }

    /// What `new` says otherwise than `old`.
    public init(from old: PerigeeConfiguration, to new: PerigeeConfiguration) {
        sites = Self.compare(old.sites, new.sites, \.name) { $0.placeless }
        links = Self.compare(old.links, new.links, { "\($0.from) -> \($0.to)" }, { $0.placeless })
        datasets = Self.compare(old.datasets, new.datasets, \.name) { $0.placeless }
        rules = Self.compare(old.rules, new.rules, \.name) { $0.placeless }
        notices = Self.compare(old.notices, new.notices, \.name) { $0.placeless }
        sections = Self.compare(
            old.sections.sorted { $0.key < $1.key }, new.sections.sorted { $0.key < $1.key }, { $0.key }, { $0.value })
        isHostChanged = old.here != new.here || old.limits != new.limits || old.priceBook != new.priceBook
    }

    private static func compare<Item, Content: Equatable>(
        _ old: [Item], _ new: [Item], _ name: (Item) -> String, _ content: (Item) -> Content
    ) -> Names {
        let before = Dictionary(old.map { (name($0), content($0)) }) { first, _ in first }
        let after = Set(new.map(name))
        var names = Names()
        for item in new {
            guard let was = before[name(item)] else {
                names.added.append(name(item))
                continue
            }
            if was != content(item) { names.changed.append(name(item)) }
        }
        names.removed = old.map(name).filter { !after.contains($0) }
        return names
    }
}

/// What stands somewhere in a file.
private protocol Placed {
    var position: Position { get set }
    /// The same, wherever it is written.
    var placeless: Self { get }
}

extension Placed {
    /// The same at the beginning.
    fileprivate var atStart: Self {
        var copy = self
        copy.position = .start
        return copy
    }

    fileprivate var placeless: Self { atStart }
}

extension SiteSettings: Placed {
    fileprivate var placeless: SiteSettings {
        var copy = atStart
        for index in copy.extras.indices { copy.extras[index].position = .start }
        return copy
    }
}

extension DatasetSettings: Placed {
    fileprivate var placeless: DatasetSettings {
        var copy = atStart
        for index in copy.replicas.indices { copy.replicas[index].position = .start }
        return copy
    }
}

extension LinkSettings: Placed {}
extension ReplicationRule: Placed {}
extension NoticeSettings: Placed {}
