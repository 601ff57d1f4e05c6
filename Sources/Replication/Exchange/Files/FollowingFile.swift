internal import Hashing
internal import Model

/// A file that is to be made of another one, which was sent before and has the same content.
struct FollowingFile: Sendable {
    let file: ReceivedFile
    let head: FileHead
    /// The request by which the other one was asked for, and where it is.
    let first: UInt64
    let path: TreePath
    /// The name of their content, under the key of the run.
    let name: Digest
}
