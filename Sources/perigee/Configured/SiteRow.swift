internal import Configurations
internal import Model

/// A site for programs.
struct SiteRow: Encodable {
    let name: String
    let here: Bool
    /// `local`, `ssh`, `agent`, or `s3` for a site that is an object store alone.
    let reach: String
    let address: String?
    let vault: String?
    let secret: String?
    let limit: String?
    let attributes: [String: ConfigurationNode]
    let objectStore: ObjectStoreRow?
    let extras: [String: ConfigurationNode]

    /// How its object store is reached.
    struct ObjectStoreRow: Encodable {
        let endpoint: String?
        let region: String?
        let profile: String?
        let accessKey: String?
        let secretKey: String?
        let sessionToken: String?
    }

    /// `site` as `loaded` describes it: of secrets only where they are.
    init(_ site: SiteSettings, _ loaded: LoadedConfiguration) {
        name = site.name
        here = site.name == loaded.here
        if let shell = site.shell {
            (reach, address) = ("ssh", SiteRow.address(shell))
        } else if let agent = site.agent {
            (reach, address) = ("agent", "perigee://\(agent.host)" + (agent.port.map { ":\($0)" } ?? ""))
        } else if case .bucket? = site.vault {
            (reach, address) = ("s3", site.objectStore?.endpoint)
        } else {
            (reach, address) = ("local", nil)
        }
        vault = site.vault?.description
        secret = (site.passphrase ?? site.keyFile)?.description
        limit = site.limit?.description
        attributes = Dictionary(site.attributes.map { ($0.name, $0.node) }) { first, _ in first }
        objectStore = site.objectStore.map {
            ObjectStoreRow(
                endpoint: $0.endpoint, region: $0.region, profile: $0.profile, accessKey: $0.accessKey?.description,
                secretKey: $0.secretKey?.description, sessionToken: $0.sessionToken?.description)
        }
        extras = Dictionary(site.extras.map { ($0.key, $0.value) }) { first, _ in first }
    }

    private static func address(_ shell: ShellSettings) -> String {
        (shell.user.map { "\($0)@" } ?? "") + shell.host + (shell.port.map { ":\($0)" } ?? "")
    }
}
