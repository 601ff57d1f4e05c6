internal import Catalog
internal import HTTPTypes
internal import Model

extension Api {
    /// The configuration that is in use, and what is wrong with others.
    var configuration: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/configuration", id: "getConfiguration",
                summary: "The configuration as its file is now; of secrets only where they are kept.",
                tag: "configuration", scope: .admin, answer: .init(help: "The configuration.", schema: "Configuration"),
                isHeavy: true, problems: [422]
            ) { [self] _ in try answer(.configuration) },
            Operation(
                method: .post, path: "/v1/configuration/check", id: "checkConfiguration",
                summary: "Say all that is wrong with a configuration: with one that is sent, or with the daemon's file "
                    + "as it is now. Nothing is changed.",
                tag: "configuration", scope: .admin,
                body: .object(
                    "What is to be checked.",
                    ["text": .text("A whole configuration, as a file would have it.", max: WebLimits.bodyMax)],
                    optional: ["text"]), answer: .init(help: "The faults.", schema: "ConfigurationCheck"),
                isHeavy: true, problems: [422]
            ) { [self] request in
                var body = try BodyReader(request.body)
                let text = try body.text("text", max: WebLimits.bodyMax)
                try body.finish()
                return try answer(.check(text.map { Array($0.utf8) }))
            },
        ]
    }
}
