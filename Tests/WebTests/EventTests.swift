import AsyncHTTPClient
import Catalog
import Foundation
import Model
import NIOCore
import NIOHTTP1
import Scheduling
import TestSupport
import Testing
import Web

/// Events reach those who listen, and who does not listen costs little.
@Suite("Event streams")
struct EventTests {
    private static func stream(_ site: WebSite, _ query: String = "") async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: site.base + "/v1/events" + query)
        request.headers.add(name: "Authorization", value: "Bearer \(site.admin)")
        let reply = try await client.execute(request, timeout: .seconds(120))
        #expect(reply.status == .ok)
        #expect(reply.headers["Content-Type"] == ["text/event-stream"])
        return reply
    }

    /// A client that makes as many connections to one host as streams need.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 600
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    @Test("events come in order, with their numbers, and only of the kinds that are wanted")
    func order() async throws {
        let site = try await WebSite()
        let reply = try await Self.stream(site, "?kinds=run,progress")
        var iterator = reply.body.makeAsyncIterator()
        var text = String(buffer: try #require(try await iterator.next()))
        #expect(text.contains("event: hello"))
        site.desk.emit("schedule", "{}")
        let id = try #require(try site.desk.perform(.runNow(schedule: "nightly"), by: "test"))
        site.desk.progress(id, DeskProgress(phase: "scan"))
        while !text.contains("event: progress"), let more = try await iterator.next() { text += String(buffer: more) }
        #expect(!text.contains("event: schedule"))
        let run = try #require(text.range(of: "event: run"))
        let progress = try #require(text.range(of: "event: progress"))
        #expect(run.lowerBound < progress.lowerBound)
        #expect(text.contains("id: 2\nevent: run\ndata: {\"run\":\"nightly@"))
    }

    @Test("who does not read is not waited for: what is too much is left away and told")
    func bounded() async throws {
        let site = try await WebSite()
        let slow = try await Self.stream(site)
        let quick = try await Self.stream(site)
        var seen = 0
        let document = "{\"x\":\"\(String(repeating: "a", count: 16 << 10))\"}"
        // Far more than sockets and queue hold together.
        for _ in 0..<3000 { site.desk.emit("run", document) }
        var isTold = false
        for try await part in slow.body {
            let text = String(buffer: part)
            seen += text.components(separatedBy: "event: run").count - 1
            if text.contains("event: missed\ndata: {\"missed\":") { isTold = true }
            if isTold { break }
        }
        #expect(isTold)
        #expect(seen < 3000)
        _ = quick
    }

    @Test("five hundred idle streams cost less than 50 MiB")
    func idle() async {
        // In a process of its own, whose memory nobody else uses.
        await #expect(processExitsWith: .success) {
            let site = try await WebSite()
            _ = try await Self.stream(site)
            let before = try Self.resident()
            var replies: [HTTPClientResponse] = []
            for _ in 0..<500 { replies.append(try await Self.stream(site)) }
            let metrics = try await site.ask("GET", "/metrics").text
            let isServed = metrics.contains("perigee_http_event_streams 50")
            // The client's own side of the connections is in this process too, and counts.
            let cost = try Self.resident() - before
            guard isServed, cost < 50 << 10, replies.count == 500 else {
                print("\(replies.count) streams cost \(cost) KiB: \(metrics.suffix(2000))")
                exit(1)
            }
        }
    }

    /// The memory of this process, in KiB.
    private static func resident() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS") } ?? ""
        return Int(line.filter(\.isNumber)) ?? 0
    }

    @Test("streams end when the daemon stops, and it does not answer any more")
    func stops() async throws {
        let site = try await WebSite()
        let reply = try await Self.stream(site)
        let reading = Task { for try await _ in reply.body {} }
        try await WebSite.apart { site.server.stop() }
        _ = await reading.result
        let port = try site.server.port()
        #expect(try RawRequest.isRefused(port))
    }

    @Test("what is said last before the daemon stops is heard")
    func lastWords() async throws {
        for round in 0..<20 {
            let site = try await WebSite()
            let replies = [try await Self.stream(site), try await Self.stream(site)]
            let heard = replies.map { reply in
                Task {
                    var text = ""
                    for try await part in reply.body { text += String(buffer: part) }
                    return text
                }
            }
            try await WebSite.apart {
                for number in 0..<5 { site.desk.emit("run", "{\"number\":\(number)}") }
                site.desk.emit("stopping", "{}")
                site.server.stop()
            }
            for one in heard {
                let text = try await one.value
                #expect(text.components(separatedBy: "event: run\n").count == 6, "round \(round): \(text)")
                #expect(text.components(separatedBy: "event: stopping\n").count == 2, "round \(round): \(text)")
            }
        }
    }

    @Test("too many kinds, or what are none, are refused")
    func kinds() async throws {
        let site = try await WebSite()
        #expect(try await site.get("/v1/events?kinds=A%20b").status == 400)
    }
}
