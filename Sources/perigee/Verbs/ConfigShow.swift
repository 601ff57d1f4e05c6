internal import ArgumentParser
internal import Configurations
internal import Model
internal import Replication

/// Shows what the configuration comes to.
struct ConfigShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the configuration as it is used here; of secrets only where they are.",
        discussion: """
            EXAMPLES
              perigee config show
              perigee config show --json
            """)

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    private struct Document: Encodable {
        let schema = "perigee.config/1"
        let file: String
        let here: String?
        let sites: [SiteRow]
        let links: [LinkRow]
        let datasets: [DatasetRow]
        let replication: [RuleRow]
        let notifications: [NoticeRow]
        let limits: LimitsRow
        let priceBook: String?
        let sections: [String: ConfigurationNode]
    }

    private struct NoticeRow: Encodable {
        let name: String
        let events: [String]
        let webhook: String?
        let token: String?
        let mail: String?
        let command: String?

        init(_ notice: NoticeSettings) {
            name = notice.name
            events = notice.events.map(\.rawValue)
            switch notice.way {
            case .webhook(let url, let token):
                (webhook, self.token, mail, command) = (url, token?.description, nil, nil)
            case .mail(let address, let command): (webhook, token, mail, self.command) = (nil, nil, address, command)
            }
        }
    }

    private struct LimitsRow: Encodable {
        let memory: UInt64?
        let threads: Int?
        let transfers: Int?
        let rate: String?
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let loaded = try NamedSites.current.loaded()
        let configuration = loaded.configuration
        let (limits, state) = (configuration.limits, StateFolder(path: context.options.stateFolder))
        let document = Document(
            file: loaded.path, here: loaded.here, sites: configuration.sites.map { SiteRow($0, loaded) },
            links: configuration.links.map { LinkRow($0, loaded, state: state) },
            datasets: configuration.datasets.map { DatasetRow($0, loaded) },
            replication: configuration.rules.map(RuleRow.init),
            notifications: configuration.notices.map(NoticeRow.init),
            limits: LimitsRow(
                memory: limits.memory?.bytes, threads: limits.threads, transfers: limits.transfers,
                rate: limits.rate?.description),
            priceBook: configuration.priceBook, sections: configuration.sections)
        try context.finish(document) { Self.text(document, loaded, $0) }
        return .done
    }

    private static func text(_ document: Document, _ loaded: LoadedConfiguration, _ style: Style) -> String {
        var block = TextBlock("config  \(document.file)")
        block.row("here", document.here ?? "not said; PERIGEE_SITE or here: says which site this host is")
        block.row("memory", document.limits.memory.map { "\(ByteCount($0)) at most" })
        block.row("threads", document.limits.threads.map { "\($0)" })
        block.row("transfers", document.limits.transfers.map { "\($0) at once" })
        block.row("rate", document.limits.rate)
        for notice in document.notifications {
            block.row("tells", "\(notice.webhook ?? notice.mail ?? "") of \(notice.events.joined(separator: ", "))")
        }
        block.row("prices", document.priceBook)
        block.row("kept", document.sections.isEmpty ? nil : document.sections.keys.sorted().joined(separator: ", "))
        return [
            block.rendered(style), ConfigurationText.sites(loaded, document.sites, style),
            ConfigurationText.links(loaded, document.links, style),
            ConfigurationText.datasets(loaded, document.datasets, style),
        ].joined(separator: "\n")
    }
}
