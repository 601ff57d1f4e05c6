internal import Catalog
internal import HTTPTypes
internal import Model

extension Dashboard {
    /// Logging in and out.
    var login: [Operation] {
        var show = Operation(
            method: .get, path: "/login", id: "showLogin", summary: "", tag: "pages", scope: nil,
            answer: .init(type: "text/html", help: "", schema: nil)
        ) { request in WebAnswer(page: Self.loginPage(request)) }
        var enter = Operation(
            method: .post, path: "/login", id: "login", summary: "", tag: "pages", scope: nil,
            answer: .init(type: "text/html", help: "", schema: nil)
        ) { [gatekeeper] request in try Self.enter(request, gatekeeper) }
        var leave = Operation(
            method: .post, path: "/logout", id: "logout", summary: "", tag: "pages", scope: .read,
            answer: .init(type: "text/html", help: "", schema: nil)
        ) { [gatekeeper] request in
            if let session = request.caller.session { gatekeeper.sessions.close(session) }
            var answer = WebAnswer(seeOther: "/login")
            answer.headers[.setCookie] = Self.cookie("", request, seconds: 0)
            return answer
        }
        (show.isPage, enter.isPage, leave.isPage) = (true, true, true)
        (enter.isForm, leave.isForm) = (true, true)
        return [show, enter, leave]
    }

    private static func enter(_ request: WebRequest, _ gatekeeper: Gatekeeper) throws -> WebAnswer {
        guard !Gate.isForeign(request.headers) else {
            throw Problem(403, PerigeeError(.denied, "it did not come from a page of this daemon"))
        }
        let members = WebTarget.members(String(decoding: request.body, as: UTF8.self)) ?? []
        let secret = members.first { $0.name == "token" }?.value.filter { !$0.isWhitespace } ?? ""
        guard let token = try gatekeeper.token(ofSecret: secret) else {
            let wait = gatekeeper.strangers.take(request.address, at: request.uptime)
            let told = wait == nil ? "This token is not valid." : "This token is not valid. Wait before trying others."
            var answer = WebAnswer(wait == nil ? 401 : 429, page: loginPage(request, told))
            if let wait { answer.headers[.retryAfter] = "\(max(1, Int(wait.rounded(.up))))" }
            answer.refusal = "a login with a token that is not valid"
            return answer
        }
        let session = gatekeeper.sessions.open(token.digest, at: request.now.seconds)
        var answer = WebAnswer(seeOther: "/")
        answer.headers[.setCookie] = cookie(session.secret, request, seconds: WebLimits.sessionSeconds)
        return answer
    }

    private static func cookie(_ secret: String, _ request: WebRequest, seconds: Int64) -> String {
        let name = request.isSecure ? Gatekeeper.cookies.secure : Gatekeeper.cookies.plain
        let common = "\(name)=\(secret); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)"
        return request.isSecure ? common + "; Secure" : common
    }

    private static func loginPage(_ request: WebRequest, _ told: String? = nil) -> Markup {
        let notice = told.map { Markup.tag("p", ["class": "notice bad", "role": "alert"], .text($0)) } ?? .nothing
        return PageFrame(title: "Log in", path: "/login", caller: .stranger).page(
            notice,
            .tag(
                "form", ["method": "post", "action": "/login", "class": "login"],
                .tag("label", ["for": "token"], "Token"),
                .tag(
                    "input",
                    [
                        "type": "password", "id": "token", "name": "token", "required": "", "autofocus": "",
                        "autocomplete": "current-password", "spellcheck": "false", "aria-describedby": "token-help",
                    ]),
                .tag(
                    "p", ["id": "token-help", "class": "faint"], "Make one with ",
                    .tag("code", [:], "perigee token add NAME --scope operate"), "."),
                .tag("button", [:], "Log in")))
    }
}
