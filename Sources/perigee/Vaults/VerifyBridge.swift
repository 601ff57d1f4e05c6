internal import Model
internal import Vault
internal import Workers

/// Hands on how far a verification is to whoever shows progress.
final class VerifyBridge: Sendable {
    private let progress: Progress
    private let last = Monitor(VerifyProgress())

    /// A bridge to `progress`.
    init(_ progress: Progress) { self.progress = progress }

    /// Takes in how far it is.
    func update(_ now: VerifyProgress) {
        last.change { last in
            // Threads report out of order: what is behind is known already.
            if now.bytesRead > last.bytesRead {
                progress.add(logical: Int(now.bytesRead - last.bytesRead))
                last.bytesRead = now.bytesRead
            }
            if now.entries > last.entries {
                progress.add(files: Int(now.entries - last.entries))
                last.entries = now.entries
            }
        }
        if now.bytesExpected > 0 { progress.expect(logical: now.bytesExpected) }
    }
}
