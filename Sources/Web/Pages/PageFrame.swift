internal import Catalog
internal import Model

/// What all pages have around them.
struct PageFrame {
    /// What pages may load and do: their own style and script, and nothing from elsewhere.
    static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private static let places: [(path: String, name: String)] = [
        ("/", "Overview"), ("/datasets", "Datasets"), ("/runs", "Runs"), ("/schedules", "Schedules"),
        ("/decisions", "Decisions"), ("/jobs", "Jobs"), ("/ledger", "Ledger"), ("/audit", "Audit"),
    ]

    let title: String
    let path: String
    let caller: Caller

    /// The page with `content`.
    func page(_ content: Markup...) -> Markup { page(content) }

    /// The page with `content`.
    func page(_ content: [Markup]) -> Markup {
        .tag("html", ["lang": "en"], head, .tag("body", [:], skip, header, main(content), footer))
    }

    private var head: Markup {
        .tag(
            "head", [:], .tag("meta", ["charset": "utf-8"]),
            .tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .tag("meta", ["name": "color-scheme", "content": "light dark"]),
            .tag("meta", ["name": "perigee-check", "content": caller.session?.check ?? ""]),
            .tag("title", [:], "\(title) \u{2013} Perigee"),
            .tag("link", ["rel": "icon", "href": "/assets/perigee.svg", "type": "image/svg+xml"]),
            .tag("link", ["rel": "stylesheet", "href": "/assets/perigee.css"]),
            .tag("script", ["src": "/assets/perigee.js", "defer": ""]))
    }

    private var skip: Markup { .tag("a", ["class": "skip", "href": "#main"], "Skip to the content") }

    private var header: Markup {
        let links = Self.places.filter { $0.path != "/audit" || caller.may(.admin) }.map { place in
            let isHere = place.path == "/" ? path == "/" : path.hasPrefix(place.path)
            return Markup.tag(
                "li", [:],
                .tag("a", ["href": place.path, "aria-current": isHere ? "page" : nil], .text(place.name)))
        }
        let name = Markup.tag("a", ["class": "brand", "href": "/"], "Perigee")
        guard caller.scope != nil else { return .tag("header", [:], name) }
        return .tag(
            "header", [:], name, .tag("nav", ["aria-label": "Main"], .tag("ul", [:], all: links)), logout)
    }

    private var logout: Markup {
        guard caller.session != nil else { return .nothing }
        return .tag(
            "form", ["method": "post", "action": "/logout", "class": "logout"], Self.check(caller),
            .tag("button", ["class": "plain"], "Log out \(caller.token)"))
    }

    private func main(_ content: [Markup]) -> Markup {
        .tag("main", ["id": "main", "tabindex": "-1"], .tag("h1", [:], .text(title)), .group(content))
    }

    private var footer: Markup {
        .tag(
            "footer", [:], "Times are in UTC. ", .tag("span", ["id": "live", "role": "status"], ""),
            .tag("a", ["href": "/v1/openapi.json"], "API"))
    }

    /// What a form says besides, to prove that it is ours.
    static func check(_ caller: Caller) -> Markup {
        .tag("input", ["type": "hidden", "name": "check", "value": caller.session?.check ?? ""])
    }

    /// A form of one button, for those who may; `subject` says on what, for those who hear the button alone.
    static func button(
        _ label: String, _ action: String, _ caller: Caller, style: String = "", on subject: String? = nil
    ) -> Markup {
        guard caller.session != nil, caller.may(.operate) else { return .nothing }
        return .tag(
            "form", ["method": "post", "action": action, "class": "inline"], check(caller),
            .tag(
                "button", ["class": style, "aria-label": subject.map { "\(label): \($0)" }], .text(label)))
    }
}
