extension ObjectStoreSettings {
    init?(_ node: ConfigurationNode, _ key: String, _ log: FaultLog) {
        guard var reader = MappingReader(node, key: key, log: log) else { return nil }
        endpoint = reader.value("endpoint", "a URL as https://s3.example.org") { Words.isURL($0) ? $0 : nil }
        region = reader.value("region", "a region as eu-central-1", Name.parse)
        profile = reader.text("profile", "the name of a profile")
        accessKey = reader.secret("access_key")
        secretKey = reader.secret("secret_key")
        sessionToken = reader.secret("session_token")
        reader.finish()
        if (accessKey == nil) != (secretKey == nil) {
            reader.fault(
                accessKey == nil ? "secret_key" : "access_key", "access_key and secret_key go together",
                remedy: "name both, or a profile")
        }
    }
}
