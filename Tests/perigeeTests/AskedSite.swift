import Foundation
import TestSupport
import Testing

/// A daemon that is asked over HTTP, and a token for it.
struct AskedSite {
    let host: ServingSite
    let port: UInt16
    let secret: String

    /// Starts the daemon of `host`, with more variables in its environment.
    init(_ host: ServingSite, with more: [String: String] = [:]) throws {
        self.host = host
        let made = try host.run("token", "add", "root", "--scope", "admin")
        secret = try #require((made.document["tokens"] as? [[String: Any]])?.first?["secret"] as? String)
        try host.start(with: more)
        port = try host.port()
    }

    /// Asks, and expects a status; the document, which is as its schema says where one is named.
    func ask(
        _ method: String, _ path: String, _ body: String?, _ status: Int, _ schema: String? = nil
    ) throws -> [String: Any] {
        let reply = try PlainHTTP.ask(method, "/v1/\(path)", port: port, token: secret, body: body)
        try #require(reply.status == status, "\(method) \(path) \(body ?? ""): \(reply.text)")
        if let schema {
            let check = try SchemaCheck("\(schema).schema.json")
            #expect(check.faults(reply.document) == [] && check.unknownMembers(of: reply.document) == [], "\(path)")
        }
        return reply.document
    }

    func get(_ path: String, _ schema: String? = nil) throws -> [String: Any] { try ask("GET", path, nil, 200, schema) }

    /// Asks for work, and waits for its end.
    func done(_ path: String, _ body: String? = "{}", state: String = "succeeded") throws -> [String: Any] {
        var reply = try PlainHTTP.ask("POST", "/v1/\(path)", port: port, token: secret, body: body)
        // Of one second there is one run.
        try host.wait("\(path) is begun") {
            guard reply.document["can_retry"] as? Bool == true else { return true }
            reply = try PlainHTTP.ask("POST", "/v1/\(path)", port: port, token: secret, body: body)
            return false
        }
        try #require(reply.status == 202, "\(path): \(reply.text)")
        let place = try #require(reply.headers["location"]).dropFirst("/v1/".count)
        var shown: [String: Any] = [:]
        try host.wait("\(path) is done") {
            shown = try get(String(place), "run")
            return (shown["run"] as? [String: Any])?["ended"] != nil
        }
        #expect((shown["run"] as? [String: Any])?["state"] as? String == state, "\(path): \(shown)")
        return shown
    }

    /// What a page and all that follow it list.
    func all(_ path: String, _ list: String, by next: String) throws -> (rows: [[String: Any]], pages: Int) {
        var (rows, pages): ([[String: Any]], Int) = ([], 0)
        var rest: String? = path
        while let path = rest, pages < 100 {
            let page = try get(path)
            rows += try #require(page[list] as? [[String: Any]])
            pages += 1
            rest = page["next"].map { value in
                let text = "\(value)".addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                return "\(path.components(separatedBy: "&\(next)=")[0])&\(next)=\(text)"
            }
        }
        return (rows, pages)
    }
}
