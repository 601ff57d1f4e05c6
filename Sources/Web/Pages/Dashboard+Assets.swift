internal import HTTPTypes

extension Dashboard {
    /// Style, script and icon: all that pages load.
    var assets: [Operation] {
        [
            asset("/assets/perigee.css", "text/css; charset=utf-8", StyleSheet.text),
            asset("/assets/perigee.js", "text/javascript; charset=utf-8", Script.text),
            asset("/assets/perigee.svg", "image/svg+xml", Self.icon),
        ]
    }

    private func asset(_ path: String, _ type: String, _ text: String) -> Operation {
        let bytes = Array(text.utf8)
        return Operation(
            method: .get, path: path, id: path, summary: "", tag: "pages", scope: nil,
            answer: .init(type: type, help: "", schema: nil)
        ) { _ in
            var answer = WebAnswer(type: type, bytes)
            answer.headers[.cacheControl] = "public, max-age=300"
            return answer
        }
    }

    /// Two bodies and an orbit.
    private static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><ellipse cx="16" cy="16" rx="13" ry="8" fill="none" \
        stroke="#3b6fd4" stroke-width="2"/><circle cx="10" cy="16" r="5" fill="#3b6fd4"/><circle cx="4" cy="14" r="2.5" \
        fill="#d4663b"/></svg>
        """
}
