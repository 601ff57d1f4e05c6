/// Where a configuration is looked for.
public struct ConfigurationSearch: Sendable {
    /// A place that was found.
    public struct Place: Sendable, Equatable {
        /// The file.
        public var path: String
        /// Whether somebody named it: it must be there then.
        public var isNamed: Bool

        /// A place.
        public init(path: String, isNamed: Bool) {
            self.path = path
            self.isNamed = isNamed
        }
    }

    private let variable: @Sendable (String) -> String?
    private let exists: @Sendable (String) -> Bool

    /// A search that asks `variable` for variables of the environment, nil where one is not set or empty, and `exists`
    /// for files.
    public init(
        variable: @escaping @Sendable (String) -> String?, exists: @escaping @Sendable (_ path: String) -> Bool
    ) {
        self.variable = variable
        self.exists = exists
    }

    /// The configuration to read: what `named` says (from `--config`), else `$PERIGEE_CONFIG`, else the first of
    /// ``usual`` that is there; nil where none is.
    public func find(named: String?) -> Place? {
        if let path = named ?? variable("PERIGEE_CONFIG") { return Place(path: path, isNamed: true) }
        return usual.first(where: exists).map { Place(path: $0, isNamed: false) }
    }

    /// The files that are looked for where nobody names one.
    public var usual: [String] {
        var places = ["./perigee.yaml"]
        if let base = variable("XDG_CONFIG_HOME"), base.hasPrefix("/") {
            places.append("\(base)/perigee/perigee.yaml")
        } else if let home = variable("HOME") {
            places.append("\(home)/.config/perigee/perigee.yaml")
        }
        return places
    }
}
