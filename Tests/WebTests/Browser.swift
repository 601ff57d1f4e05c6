import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// A real browser without a window, driven by WebDriver; it ends with the test, however that ends.
final class Browser: Sendable {
    /// Whether this machine has one; tests are skipped where it has not.
    static var isThere: Bool {
        ["/usr/bin/chromium", "/usr/bin/chromedriver", "/usr/bin/setpriv"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    private let driver: Process
    private let base: String
    private let session: String
    private let folder: TemporaryFolder

    /// A browser with a window of this size; `dark` where it wishes for dark pages.
    private init(width: Int, height: Int, dark: Bool) async throws {
        folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        // Whoever started it may end in any way: the driver ends with it, and after a while by itself.
        process.arguments =
            ["--pdeathsig", "KILL", "timeout", "-k", "1", "900"]
            + ["setpriv", "--pdeathsig", "KILL", "/usr/bin/chromedriver", "--port=0"]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        driver = process
        var said = ""
        while !said.contains("successfully on port"), let part = try output.fileHandleForReading.read(upToCount: 1) {
            if part.isEmpty { break }
            said += String(decoding: part, as: UTF8.self)
        }
        said += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let port = try #require(said.components(separatedBy: "on port ").last?.prefix { $0.isNumber })
        base = "http://127.0.0.1:\(port)"
        var options = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--window-size=\(width),\(height)",
            "--user-data-dir=\(folder.path("profile"))",
        ]
        if dark { options.append("--force-dark-mode") }
        var chrome: [String: Any] = ["binary": "/usr/bin/chromium", "args": options]
        if width < 600 {
            chrome["mobileEmulation"] = ["deviceMetrics": ["width": width, "height": height, "pixelRatio": 2.0]]
        }
        let wanted: [String: Any] = [
            "browserName": "chrome", "goog:chromeOptions": chrome, "goog:loggingPrefs": ["browser": "ALL"],
        ]
        let made = try await Self.call(base, "POST", "/session", ["capabilities": ["alwaysMatch": wanted]])
        session = try #require((made as? [String: Any])?["sessionId"] as? String, "\(made)")
    }

    /// Runs `body` with a browser, which is ended then.
    static func use(
        width: Int = 1200, height: Int = 900, dark: Bool = false, _ body: (Browser) async throws -> Void
    ) async throws {
        let browser = try await Browser(width: width, height: height, dark: dark)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(browser))
        } catch {
            result = .failure(error)
        }
        _ = try? await call(browser.base, "DELETE", "/session/\(browser.session)", nil)
        kill(-browser.driver.processIdentifier, SIGKILL)
        kill(browser.driver.processIdentifier, SIGKILL)
        try result.get()
    }

    /// Goes to a page.
    func open(_ address: String) async throws { try await ask("POST", "/url", ["url": address]) }

    /// What a script returns.
    func run(_ script: String) async throws -> Any {
        try await ask("POST", "/execute/sync", ["script": script, "args": []])
    }

    /// The text of the first element that a selector finds; empty where there is none.
    func text(_ selector: String) async throws -> String {
        try await run("return document.querySelector(\(Self.quoted(selector)))?.textContent ?? ''") as? String ?? ""
    }

    /// Clicks where a person would.
    func click(_ selector: String) async throws { try await use(selector, "click", [:]) }

    /// Types into a field.
    func type(_ text: String, into selector: String) async throws { try await use(selector, "value", ["text": text]) }

    /// Does something with the first element that a selector finds; once more where the page put another in its place.
    private func use(_ selector: String, _ what: String, _ body: [String: Any]) async throws {
        let wanted = ["using": "css selector", "value": selector]
        for attempt in 1...100 {
            do {
                let found = try await ask("POST", "/element", wanted) as? [String: Any]
                let element = try #require(found?.values.first as? String, "\(selector)")
                try await ask("POST", "/element/\(element)/\(what)", body)
                return
            } catch let failure as Failure where failure.description.hasPrefix("stale") && attempt < 100 {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// Waits until a script says true, at most two minutes.
    func wait(_ script: String) async throws -> Bool {
        for _ in 0..<2400 {
            if (try? await run("return !!(\(script))")) as? Bool == true { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// What the console says, but for what is only told.
    func complaints() async throws -> [String] {
        let entries = try await ask("POST", "/se/log", ["type": "browser"]) as? [[String: Any]] ?? []
        return entries.filter { ["SEVERE", "WARNING"].contains($0["level"] as? String) }
            .map { "\($0["message"] ?? "")" }
    }

    /// Keeps a picture of the whole page in the folder that `PERIGEE_SCREENSHOTS` names, where it names one.
    func picture(_ name: String) async throws {
        guard let folder = ProcessInfo.processInfo.environment["PERIGEE_SCREENSHOTS"] else { return }
        let text = try await ask("GET", "/screenshot", nil) as? String ?? ""
        let path = URL(fileURLWithPath: folder).appendingPathComponent("\(name).png")
        try Data(base64Encoded: text)?.write(to: path)
    }

    @discardableResult
    private func ask(_ method: String, _ path: String, _ body: [String: Any]?) async throws -> Any {
        try await Self.call(base, method, "/session/\(session)\(path)", body)
    }

    private static func call(_ base: String, _ method: String, _ path: String, _ body: [String: Any]?) async throws
        -> Any
    {
        var request = HTTPClientRequest(url: base + path)
        request.method = .init(rawValue: method)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: body)))
        }
        let reply = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let bytes = try await reply.body.collect(upTo: 64 << 20)
        let object = try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView)) as? [String: Any]
        let value = object?["value"] ?? NSNull()
        if let fault = value as? [String: Any], let error = fault["error"] as? String {
            throw Failure(description: "\(error): \(fault["message"] ?? "")")
        }
        return value
    }

    private struct Failure: Error, CustomStringConvertible { let description: String }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
    }
}
