internal import Configurations
internal import Model

/// The variables that say how an object store is reached, as the configuration would have set them.
struct ReferredObjectStore {
    private let values: [String: String?]

    /// Those of `settings`; the environment's own where there are none.
    ///
    /// A profile that is named comes before keys in the environment, which were set for another store.
    ///
    /// - Throws: `key` where a secret that is referred to is not there.
    init(_ settings: ObjectStoreSettings?) throws {
        var values: [String: String?] = [:]
        if let region = settings?.region { values["AWS_REGION"] = region }
        if let profile = settings?.profile { values["AWS_PROFILE"] = profile }
        if settings?.profile != nil || settings?.accessKey != nil {
            for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
                values.updateValue(nil, forKey: name)
            }
        }
        if let access = settings?.accessKey, let secret = settings?.secretKey {
            values["AWS_ACCESS_KEY_ID"] = try ReferredSecret.text(access)
            values["AWS_SECRET_ACCESS_KEY"] = try ReferredSecret.text(secret)
            if let token = settings?.sessionToken { values["AWS_SESSION_TOKEN"] = try ReferredSecret.text(token) }
        }
        self.values = values
    }

    /// The value of a variable; nil where it is not set or empty.
    func variable(_ name: String) -> String? {
        if let value = values[name] { return value }
        return Environment[name]
    }
}
