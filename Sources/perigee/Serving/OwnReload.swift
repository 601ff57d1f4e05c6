internal import Logging
internal import Model
internal import Service

/// Takes into use what `serve:` says when the configuration is read again, and tells of what cannot be used yet.
struct OwnReload: Sendable {
    /// What the daemon itself goes by.
    let own: OwnSettingsInUse
    /// The API; nil where there is none.
    let web: WebPart?
    /// Where it is told.
    let log: Logger

    /// Takes over what can change while all goes on.
    func use(_ settings: ServiceSettings, path: String) {
        var changes = own.use(settings.own)
        // What is wrong with it was found when it was read.
        let wanted = try? WebPart.settings(settings.configuration, path: path)
        switch (web, wanted) {
        case (let web?, let wanted?): changes += web.use(wanted)
        case (nil, nil): break
        default: changes.append((key: "serve.api", isInUse: false))
        }
        for change in changes {
            if change.isInUse {
                log.info("\(change.key) has changed, and is in use")
            } else {
                log.warning("\(change.key) has changed, and is in use when the daemon is started again")
            }
        }
    }
}
