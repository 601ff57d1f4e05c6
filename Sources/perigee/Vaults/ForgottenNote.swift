internal import Catalog
internal import Configurations
internal import Model
internal import Replication
internal import Scheduling

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Tells the catalog of the state, where a daemon has made one, which snapshots are forgotten: it is told of what verbs do,
/// and looks into no vault by itself.
struct ForgottenNote {
    private let document: ForgetDocument

    /// What became of snapshots.
    init(_ document: ForgetDocument) { self.document = document }

    /// Writes it down, for a place that the configuration names; says so where that cannot be.
    func write(_ context: Context) {
        let path = DaemonState.catalog(context.options)
        guard !document.dryRun, document.forgotten > 0, access(path, F_OK) == 0,
            case .site(let name, _)? = try? Endpoint(parsing: document.place),
            let configuration = NamedSites.current.known?.configuration, let site = configuration.site(name)
        else { return }
        do {
            let catalog = try Catalog.open(path)
            defer { catalog.close() }
            let now = Instant(SystemClock.now())
            for row in document.datasets {
                let gone = row.snapshots.filter { !$0.kept }.map(\.id)
                for dataset in Self.names(of: row.dataset, at: site, configuration) {
                    try catalog.note(forgotten: gone, of: dataset, at: site.name, now)
                }
            }
        } catch {
            Diagnostics.note(path, "what was forgotten could not be noted: \(error)")
        }
    }

    /// What the configuration calls a dataset of the vault of a site.
    private static func names(
        of dataset: String, at site: SiteSettings, _ configuration: PerigeeConfiguration
    ) -> [String] {
        configuration.datasets.filter { settings in
            guard case .vault(_, dataset)? = configuration.replica(of: settings, at: site)?.place else { return false }
            return true
        }.map(\.name)
    }
}
