internal import Content
internal import Hashing
internal import Model
internal import Vault

/// Takes chunks as they are cut: a vault stores them, an estimate only counts.
///
/// One for each worker.
protocol ChunkSink: AnyObject {
    /// What follows comes from another file than what came before.
    func beginFile()

    /// Takes the chunks that lie back to back in `bytes`, `lengths` long, and names them.
    func take(_ bytes: UnsafeRawBufferPointer, lengths: [Int]) throws -> [ChunkReference]

    /// No more will come from this worker; what it holds back is handed on.
    func finish() throws
}
