import Testing

/// A file that is not to be accepted, and the fault that is to be told of it.
struct BadConfiguration: Sendable, CustomTestStringConvertible {
    /// What follows `version: 1`, or the whole file where ``isWhole``.
    let text: String
    let line: Int
    let column: Int
    let key: String
    /// A part of the message or the remedy.
    let says: String
    /// Whether the schema sees it too.
    var seenBySchema = true
    var isWhole = false

    var file: String { isWhole ? text : "version: 1\n" + text }
    var testDescription: String { "\(key): \(says)" }

    init(
        _ text: String, _ line: Int, _ column: Int, _ key: String, _ says: String, seenBySchema: Bool = true,
        isWhole: Bool = false
    ) {
        self.text = text
        (self.line, self.column, self.key, self.says) = (line, column, key, says)
        (self.seenBySchema, self.isWhole) = (seenBySchema, isWhole)
    }

    private static let twoSites = "sites: { a: {}, b: {} }\n"

    static let all: [BadConfiguration] = [
        // Keys and types.
        .init("sites:\n  a: {}\nlimit: {}\n", 4, 1, "limit", "did you mean limits?"),
        .init("sites:\n  a:\n    pasphrase: env:X\n", 4, 5, "sites.a.pasphrase", "did you mean passphrase?"),
        .init("frobnicate: 1\n", 2, 1, "frobnicate", "not known"),
        .init("sites: [a, b]\n", 2, 8, "sites", "keys with values are needed here, not a list"),
        .init("links: { from: a }\n", 2, 8, "links", "a list is needed here"),
        .init("sites:\n  a: yes\n", 3, 6, "sites.a", "not a text"),
        .init("limits: { threads: many }\n", 2, 20, "limits.threads", "1 to 1024"),
        .init("limits: { threads: 0 }\n", 2, 20, "limits.threads", "1 to 1024"),
        .init("limits: { threads: 4.5 }\n", 2, 20, "limits.threads", "a whole number"),
        .init("limits: { memory: 1024 }\n", 2, 19, "limits.memory", "put it into quotes"),
        .init("limits: { memory: lots }\n", 2, 19, "limits.memory", "256MiB", seenBySchema: false),
        .init(
            "limits: { memory: 128MiB, transfers: 3 }\n", 2, 38, "limits.transfers", "less than", seenBySchema: false),
        .init("limits: { memory: 1MiB }\n", 2, 19, "limits.memory", "less than", seenBySchema: false),
        .init("here: 12\n", 2, 7, "here", "quotes"),
        .init("here:\n", 2, 6, "here", "not nothing"),
        .init("price_book: ''\n", 2, 13, "price_book", "empty text"),
        .init("policies: none\n", 2, 11, "policies", "a list or keys"),
        // The version.
        .init("sites: {}\n", 1, 1, "version", "version is missing", isWhole: true),
        .init("version: 2\n", 1, 10, "version", "1 to 1", isWhole: true),
        .init("version: one\n", 1, 10, "version", "whole number", isWhole: true),
        // Sites.
        .init("sites: { 'a b': {} }\n", 2, 10, "sites[\"a b\"]", "no name of a site"),
        .init("sites: { a: { ssh: 'me@-oProxy' } }\n", 2, 20, "sites.a.ssh", "names no host"),
        .init("sites: { a: { ssh: { user: x } } }\n", 2, 20, "sites.a.ssh.host", "host is missing"),
        .init("sites: { a: { ssh: { host: x, port: 0 } } }\n", 2, 37, "sites.a.ssh.port", "65535"),
        .init("sites: { a: { agent: 'https://x' } }\n", 2, 22, "sites.a.agent", "perigee://host:port"),
        .init(
            "sites: { a: { agent: { address: 'perigee://x:1', identity: ABC } } }\n", 2, 60, "sites.a.agent.identity",
            "perigee identity"),
        .init("sites:\n  a: { ssh: x, agent: 'perigee://x' }\n", 3, 23, "sites.a.agent", "not by both"),
        .init("sites: { a: { vault: '/srv/x' } }\n", 2, 22, "sites.a.vault", "vault:/path"),
        .init("sites: { a: { vault: 'vault:/srv/x#d' } }\n", 2, 22, "sites.a.vault", "vault:/path"),
        .init("sites: { a: { s3: { access_key: 'env:X' } } }\n", 2, 33, "sites.a.s3.access_key", "go together"),
        .init("sites: { a: { s3: { endpoint: 'ftp://x' } } }\n", 2, 31, "sites.a.s3.endpoint", "https://"),
        .init("sites: { a: { attributes: { country: [DE] } } }\n", 2, 38, "sites.a.attributes.country", "one value"),
        .init("sites: { a: { limit: fast } }\n", 2, 22, "sites.a.limit", "50MB/s", seenBySchema: false),
        // Secrets.
        .init("sites: { a: { passphrase: hunter2 } }\n", 2, 27, "sites.a.passphrase", "in clear"),
        .init("sites: { a: { passphrase: 'env:1X' } }\n", 2, 27, "sites.a.passphrase", "in clear"),
        .init("serve: { token: abc }\n", 2, 17, "serve.token", "in clear"),
        .init(
            "serve: [{ url: 'https://me:pw@x' }]\n", 2, 16, "serve[0].url", "in clear"),
        .init(
            "sites: { a: { passphrase: 'env:A', key_file: 'file:/k' } }\n", 2, 46, "sites.a.key_file",
            "a passphrase is named too"),
        // Links.
        .init(twoSites + "links: [{ from: a }]\n", 3, 9, "links[0].to", "to is missing"),
        .init(
            twoSites + "links: [{ from: a, to: a }]\n", 3, 24, "links[0].to", "ends where it begins",
            seenBySchema: false),
        .init(
            twoSites + "links: [{ from: a, to: c }]\n", 3, 24, "links[0].to", "no site called c", seenBySchema: false),
        .init(
            twoSites + "links:\n  - { from: a, to: b }\n  - { from: a, to: b }\n", 5, 5, "links[1]", "twice",
            seenBySchema: false),
        .init(twoSites + "links: [{ from: a, to: b, round_trip: 95 }]\n", 3, 39, "links[0].round_trip", "quotes"),
        .init(twoSites + "links: [{ from: a, to: b, round_trip: 1h }]\n", 3, 39, "links[0].round_trip", "95ms"),
        .init(twoSites + "links: [{ from: a, to: b, loss: 1.5 }]\n", 3, 33, "links[0].loss", "0.99"),
        // Datasets and rules.
        .init(
            "datasets: { d: { replicas: { x: /d } } }\n", 2, 30, "datasets.d.replicas.x", "no site", seenBySchema: false
        ),
        .init(
            "sites: { berlin: {} }\ndatasets: { d: { source: berlim } }\n", 3, 26, "datasets.d.source",
            "did you mean berlin?", seenBySchema: false),
        .init(
            "sites: { a: {} }\ndatasets: { d: { source: a } }\n", 3, 26, "datasets.d.source",
            "no replica at its source",
            seenBySchema: false),
        .init(
            "sites: { a: {} }\ndatasets: { d: { replicas: { a: data } } }\n", 3, 33, "datasets.d.replicas.a",
            "absolute path"),
        .init(
            "sites: { a: {} }\ndatasets: { d: { replicas: { a: { at: /d, publish: often } } } }\n", 3, 52,
            "datasets.d.replicas.a.publish", "generations"),
        .init("datasets: { d: { exclude: '*.tmp' } }\n", 2, 27, "datasets.d.exclude", "a list"),
        .init("datasets: { d: { one_file_system: 1 } }\n", 2, 35, "datasets.d.one_file_system", "true or false"),
        .init(
            "sites: { a: {} }\nreplication: [{ dataset: d, copies: 1 }]\n", 3, 26, "replication[0].dataset",
            "no dataset", seenBySchema: false),
        .init(
            "sites: { a: {} }\ndatasets: { d: {} }\nreplication: [{ dataset: d, copies: 2 }]\n", 4, 37,
            "replication[0].copies", "there are 1 sites", seenBySchema: false),
        .init(
            "sites: { a: {} }\ndatasets: { d: {} }\nreplication: [{ dataset: d, copies: 1, rpo: often }]\n", 4, 45,
            "replication[0].rpo", "24h"),
        // Notifications.
        .init(
            "notifications: [{ name: x, events: [broken], mail: a@b }]\n", 2, 37, "notifications[0].events[0]",
            "one of done"),
        .init("notifications: [{ name: x, events: [done] }]\n", 2, 17, "notifications[0]", "a webhook or a mail"),
        .init(
            "notifications: [{ name: x, events: [done], mail: a@b, token: 'env:X' }]\n", 2, 62,
            "notifications[0].token", "goes with a webhook"),
    ]
}
