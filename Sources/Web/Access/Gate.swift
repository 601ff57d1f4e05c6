internal import Catalog
internal import HTTPTypes
internal import Model

/// Lets requests in, or says why not.
struct Gate: Sendable {
    let gatekeeper: Gatekeeper
    let refusals: RefusalLog
    let callers: RateKeeper
    let settings: WebSettingsInUse

    /// The operation that a request is for, and what is handed to it, still without a body.
    ///
    /// - Parameter uptime: seconds of a clock that only goes forward.
    /// - Throws: a refusal, or a problem.
    func admit(
        _ entry: Entry, _ routes: RouteTable, now: Timestamp, uptime: Double
    ) throws -> (Operation, WebRequest) {
        guard entry.target.utf8.count <= WebLimits.targetMax else {
            throw Problem(414, PerigeeError(.limit, "the path is longer than \(WebLimits.targetMax) bytes"))
        }
        let settings = self.settings.current
        try Self.checkHost(entry, settings)
        let (found, parameters) = try find(entry, routes)
        var operation = found
        if operation.isMetrics, settings.hasOpenMetrics { operation.scope = nil }
        guard let query = WebTarget.members(WebTarget.split(entry.target).query) else {
            throw PerigeeError(.usage, "the query has an escape that is none", remedy: "write % as %25")
        }
        var request = WebRequest(
            id: entry.id, method: entry.method, path: entry.path, parameters: parameters, query: query,
            headers: entry.headers, address: entry.address, isSecure: entry.isSecure, now: now, uptime: uptime)
        do {
            request.caller = try caller(entry, operation, uptime)
            try checkQuery(operation, query)
            try checkBody(operation, entry)
        } catch {
            throw refusal(error, request.caller, operation)
        }
        return (operation, request)
    }

    /// A form and a script of our own pages prove that they are by saying what the login knows.
    func checkForm(_ operation: Operation, _ request: WebRequest) throws {
        guard let session = request.caller.session, request.method != .get, request.method != .head else { return }
        let said =
            request.headers[Self.checkHeader]
            ?? (operation.isForm ? WebTarget.members(String(decoding: request.body, as: UTF8.self)) : nil)?
            .first { $0.name == "check" }?.value
        guard let said, said == session.check, !Self.isForeign(request.headers) else {
            throw refusal(
                Problem(403, PerigeeError(.denied, "it did not come from a page of this daemon")), request.caller,
                operation)
        }
    }

    /// What scripts of our pages send.
    static let checkHeader = HTTPField.Name("X-Perigee-Check")!
    /// What is answered to a body that is too large.
    static let tooLarge = Problem(
        413,
        PerigeeError(
            .limit, "the body is larger than \(ByteCount(UInt64(WebLimits.bodyMax)))", at: "body",
            remedy: "send less"))

    /// Whether the browser says that another site has sent it.
    static func isForeign(_ headers: HTTPFields) -> Bool {
        headers[HTTPField.Name("Sec-Fetch-Site")!].map { $0 != "same-origin" && $0 != "none" } ?? false
    }

    private func find(_ entry: Entry, _ routes: RouteTable) throws -> (Operation, [String: String]) {
        switch routes.match(entry.method, entry.path) {
        case .operation(let operation, let parameters): return (operation, parameters)
        case .others:
            throw Problem(
                405, PerigeeError(.usage, "\(entry.method.rawValue.prefix(20)) is not for this path"))
        case .none:
            throw Problem(
                404, PerigeeError(.notFound, "there is nothing at this path", remedy: "see /v1/openapi.json"))
        }
    }

    private func caller(_ entry: Entry, _ operation: Operation, _ uptime: Double) throws -> Caller {
        let caller: Caller
        do {
            caller = try gatekeeper.caller(entry.headers, site: entry.site)
        } catch {
            // A cookie of a login that has ended does not keep anybody from what is for all.
            guard operation.scope == nil, entry.headers[.authorization] == nil else {
                throw unknown(entry, uptime) ?? error
            }
            return .stranger
        }
        if caller.scope != nil, let wait = callers.take(caller.name, at: uptime) {
            throw refusal(Self.tooMany(wait), caller, operation)
        }
        guard let scope = operation.scope else { return caller }
        guard caller.scope != nil else {
            throw unknown(entry, uptime)
                ?? Problem(
                    401,
                    PerigeeError(
                        .denied, "a token is needed",
                        remedy: "make one with perigee token add, and send it as a bearer token"))
        }
        guard caller.may(scope) else {
            throw refusal(
                Problem(
                    403,
                    PerigeeError(
                        .denied, "the scope \(scope.rawValue) is needed", at: caller.token,
                        remedy: "make a token for it: perigee token add NAME --scope \(scope.rawValue)")), caller,
                operation)
        }
        return caller
    }

    /// What is answered to somebody who is not known and asks too often; nil where they do not.
    ///
    /// Whoever is known is not asked about the address: behind a proxy others fail there too.
    private func unknown(_ entry: Entry, _ uptime: Double) -> Problem? {
        gatekeeper.strangers.take(entry.address, at: uptime).map { Self.tooMany($0) }
    }

    private static func checkHost(_ entry: Entry, _ settings: WebSettings) throws {
        guard let authority = entry.authority, let host = host(authority) else {
            throw Problem(400, PerigeeError(.usage, "it says no host", at: "Host"))
        }
        guard KnownHosts(settings, machine: KnownHosts.machine).contains(host) else {
            throw Problem(
                421,
                PerigeeError(
                    .refused, "this daemon is not \(host.prefix(80))", at: "Host",
                    remedy: "name it below serve.api.hosts"))
        }
    }

    private static func host(_ authority: String) -> String? {
        if authority.hasPrefix("[") {
            return authority.firstIndex(of: "]").map {
                String(authority[authority.index(after: authority.startIndex)..<$0])
            }
        }
        let host = authority.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        return host.isEmpty ? nil : host.lowercased()
    }

    private func checkQuery(_ operation: Operation, _ query: [(name: String, value: String)]) throws {
        guard operation.isStrict else { return }
        let known = operation.parameters.filter { $0.place == .query }.map(\.name)
        guard let other = query.first(where: { !known.contains($0.name) }) else { return }
        throw PerigeeError(
            .usage, "this parameter is not known", at: String(other.name.prefix(80)),
            remedy: known.isEmpty ? "leave it away" : "known are: \(known.joined(separator: ", "))")
    }

    private func checkBody(_ operation: Operation, _ entry: Entry) throws {
        if let length = entry.headers[.contentLength], Int(length).map({ $0 > WebLimits.bodyMax }) ?? true {
            throw Self.tooLarge
        }
        let wanted = operation.isForm ? "application/x-www-form-urlencoded" : "application/json"
        guard operation.body != nil || operation.isForm else { return }
        let type = entry.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() } ?? ""
        guard type.filter({ $0 != " " }) == wanted else {
            throw Problem(
                415, PerigeeError(.usage, "the body is not \(wanted)", at: "Content-Type", remedy: "send \(wanted)"))
        }
    }

    private static func tooMany(_ wait: Double) -> Problem {
        Problem(
            429, PerigeeError(.busy, "there are too many requests", remedy: "wait, and ask less often"),
            retryAfter: max(1, Int(wait.rounded(.up))))
    }

    private func refusal(_ error: any Error, _ caller: Caller, _ operation: Operation) -> Refusal {
        if let known = error as? Refusal { return known }
        let problem = Problem(error)
        let isLogin = operation.isPage && problem.status == 401
        return Refusal(
            problem: problem, caller: caller, route: operation.path,
            page: isLogin ? WebAnswer(seeOther: "/login") : nil)
    }
}
