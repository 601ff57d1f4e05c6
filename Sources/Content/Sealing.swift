internal import Hashing
internal import Model

/// What a library has to do to be used by a ``Sealer``, which has checked all lengths.
protocol Sealing: AnyObject {
    /// Writes the sealed `plain` and its tag to `out`.
    func seal(
        _ plain: UnsafeRawBufferPointer, key: HashKey, nonce: Nonce, associated: UnsafeRawBufferPointer,
        into out: UnsafeMutableRawBufferPointer
    ) throws(PerigeeError)

    /// Writes what `sealed` holds to `plain`; false where the seal is broken, whatever `plain` then holds.
    func open(
        _ sealed: UnsafeRawBufferPointer, key: HashKey, nonce: Nonce, associated: UnsafeRawBufferPointer,
        into plain: UnsafeMutableRawBufferPointer
    ) -> Bool
}
