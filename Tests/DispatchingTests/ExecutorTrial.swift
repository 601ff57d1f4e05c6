import Dispatching
import Foundation
import Testing

/// A job with a real executor.
struct ExecutorTrial {
    let executor: any JobExecutor
    let job: JobRecord

    /// Waits until the executor says what `isMeant` means; nothing waits longer than half a minute.
    @discardableResult
    func wait(until isMeant: (JobSighting) -> Bool) throws -> JobSighting {
        let end = Date().addingTimeInterval(30)
        var last = try executor.look(job)
        while !isMeant(last), Date() < end {
            usleep(50_000)
            last = try executor.look(job)
        }
        try #require(isMeant(last), "it is \(last)")
        return last
    }

    /// Its status once it has ended.
    func code() throws -> Int32 {
        guard case .ended(let code, _, _) = try wait(until: { if case .ended = $0 { true } else { false } }) else {
            return -1
        }
        return code
    }

    func waitUntilRunning() throws { try wait { if case .running(since: .some) = $0 { true } else { false } } }

    var log: String { get throws { String(decoding: try executor.log(job), as: UTF8.self) } }
}
