public import Configurations
public import Model
public import Scheduling

/// Something that people are to be told.
public struct Notice: Sendable, Hashable {
    /// What kind of thing it is.
    public var event: NoticeSettings.Event
    /// What it is about.
    public var subject: String
    /// What there is to say, in one sentence.
    public var message: String
    /// The run; nil where it is about none.
    public var run: RunID?
    /// When.
    public var at: Timestamp

    /// A notice.
    public init(
        _ event: NoticeSettings.Event, subject: String, message: String, run: RunID? = nil, at: Timestamp
    ) {
        self.event = event
        self.subject = subject
        self.message = message
        self.run = run
        self.at = at
    }

    /// For programs.
    func document(host: String) -> String {
        let document = Document(
            event: event.rawValue, subject: subject, message: message, run: run?.description,
            schedule: run?.schedule, host: host, at: at.rfc3339)
        return (try? ServiceJSON.text(document)) ?? "{}"
    }

    /// As a mail.
    func mail(to address: String, host: String) -> String {
        """
        To: \(address)
        Subject: perigee \(event.rawValue): \(Self.line(subject))
        Content-Type: text/plain; charset=utf-8
        Auto-Submitted: auto-generated

        \(Self.line(subject))
        \(message)

        \(at.rfc3339) on \(host)

        """
    }

    /// Without breaks, which could become headers.
    private static func line(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
    }

    private struct Document: Encodable {
        let schema = "perigee.notice/1"
        let event: String
        let subject: String
        let message: String
        let run: String?
        let schedule: String?
        let host: String
        let at: String
    }
}
