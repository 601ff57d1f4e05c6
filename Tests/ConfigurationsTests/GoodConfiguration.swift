/// Files that are to be accepted, by the reader and by the schema.
enum GoodConfiguration {
    static let all: [String] = [
        "version: 1\n",
        "version: 1\nsites: {}\nlinks: []\ndatasets: {}\n",
        "\u{FEFF}version: 1\r\nsites:\r\n  a: {}\r\n",
        "version: 1\nsites: { a: { ssh: me@host, attributes: { tier: 2, cold: false, of: 'no', price: 0.5 } } }\n",
        "version: 1\nsites: { a: { ssh: { host: h, user: u, port: 22 }, limit: '08:00-18:00=1MB/s,else=none' } }\n",
        "version: 1\nsites: { a: { agent: 'perigee://[::1]:7440' } }\n",
        "version: 1\nsites: { a: { passphrase: 'env:A_B', offers: [{ cpu: 2 }], tariff: aws } }\n",
        "version: 1\nsites: { a: { key_file: 'credential:a.b', s3: { region: eu-central-1 }, vault: 's3://bucket/p' } }\n",
        "version: 1\nhere: a\nsites: { a: {}, b: {} }\nlinks: [{ from: a, to: b, windows: [Sat] }, { from: b, to: a, loss: 0 }]\n",
        "version: 1\nsites: { a: {} }\ndatasets: { d: { replicas: { a: 'vault:/v#other' }, exclude: ['*.o'] } }\n",
        "version: 1\nsites: { a: { vault: 'vault:/v' } }\ndatasets: { d: { source: a, class: personal } }\n",
        "version: 1\nsites: { a: {} }\ndatasets: { d: {} }\nreplication: [{ dataset: d, copies: 1, priority: -5, rpo: 1h30m }]\n",
        """
        version: 1
        serve:
          log: json
          log_level: warning
          history: 1y30d
          stop_within: 90s
          agent: { listen: 7374, exports: a=/srv/a, relay_to: ["h:7374", "other:7374"], relay_bytes: 1TiB }
          api:
            listen: "[::1]:7375"
            tls: { certificate: /etc/perigee/site.pem, key: /etc/perigee/site.key }
            hosts: [perigee.example.org]
            metrics: token
            rate: 200
            scenarios: [/etc/perigee/train.yaml]

        """,
        "version: 1\nserve: { api: { listen: 'localhost:0', tls: site }, agent: { listen: 'h:1', relay_to: ['h:2'] } }\n",
        "version: 1\nnotifications: [{ name: x, events: [], mail: a@b, command: msmtp -t }]\n",
        "version: 1\nschedules: [{ at: '0 2 * * *' }]\npolicies: { p: { forbid: 'a=b' } }\nserve: {}\n",
        "version: 1\ndatasets:\n  d:\n    # a comment with *stars and &ands\n    exclude:\n      - \"*.tmp\"\n      - 'a*b'\n      - a*\n",
    ]
}
