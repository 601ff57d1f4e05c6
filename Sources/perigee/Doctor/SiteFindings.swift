internal import Configurations
internal import Model
internal import Replication
internal import Vault
internal import Wire

/// Whether other hosts, and the sites of a configuration, can be reached.
enum SiteFindings {
    /// Each site of the configuration that the user named, or has in the configuration folder.
    ///
    /// One in the working folder is not read unasked: it says which commands reach its sites.
    static func all(_ context: Context) -> [Finding] {
        let options = context.options
        guard let path = ConfigurationFile.find(named: options.config) else { return [] }
        guard path != ConfigurationFile.usual.first || options.config != nil || Environment["PERIGEE_CONFIG"] != nil
        else {
            return [
                Finding(
                    "sites", .good, "those of \(path) are not looked at",
                    remedy: "to have them looked at: perigee doctor --config \(path)")
            ]
        }
        do {
            let loaded = try NamedSites.current.loaded()
            return loaded.configuration.sites.filter { $0.name != loaded.here }.map { site($0, loaded, context) }
        } catch {
            return [bad("sites", error, path)]
        }
    }

    /// Another host.
    static func host(_ host: RemoteHost, _ context: Context) -> Finding { reached("host", host.name, host, context) }

    private static func site(_ site: SiteSettings, _ loaded: LoadedConfiguration, _ context: Context) -> Finding {
        do {
            if loaded.remoteHost(site) != nil, let host = try NamedSites.current.host(named: site.name) {
                return reached("site", "\(site.name), \(host.name)", host, context)
            }
            let vault = try NamedSites.current.resolved(.site(name: site.name, nil), as: "\(site.name):")
            guard case .vault(let place, _) = vault else { return Finding("site", .good, "\(site.name)") }
            return try self.vault(place, of: site, context)
        } catch {
            return bad("site", error, site.name)
        }
    }

    /// A site whose vault is reached from here without another Perigee in between.
    private static func vault(
        _ place: Endpoint.VaultPlace, of site: SiteSettings, _ context: Context
    ) throws -> Finding {
        do {
            _ = try Vault.readDescriptor(VaultAccess.store(place, context))
            return Finding("site", .good, "\(site.name): there is a vault at \(place)")
        } catch let error as PerigeeError where error.code == .notFound {
            return Finding(
                "site", .fair, "\(site.name): \(error.message) (\(error.place ?? "\(place)"))", remedy: error.remedy)
        }
    }

    /// Connects, and waits for the other side's first word.
    private static func reached(
        _ subject: String, _ name: String, _ host: RemoteHost, _ context: Context
    ) -> Finding {
        let start = SystemClock.monotonic()
        do {
            let program = try context.sites.dialer(host).connection().hello.program
            let took = Format.duration(SystemClock.monotonic() - start)
            return Finding(subject, .good, "\(name): perigee \(program), reached in \(took)")
        } catch {
            return bad(subject, error, name)
        }
    }

    private static func bad(_ subject: String, _ error: any Error, _ place: String) -> Finding {
        let fault = ErrorReport.fault(error)
        return Finding(subject, .bad, "\(place): \(fault.message)", remedy: fault.remedy)
    }
}
