internal import Files
internal import Model

/// Gives files, folders, links and nodes their owner, mode, extended attributes and times, in the order that keeps all of
/// them: a change of owner clears set-user-ID bits and capabilities, and anything else moves the times.
struct AttributeWriter: Sendable {
    /// Where losses are noted.
    let log: FidelityLog
    private let user = ProcessOwner.user
    private let group = ProcessOwner.group

    /// An attribute writer that notes losses in `log`.
    init(log: FidelityLog) { self.log = log }

    /// Sets all of `attributes` on an open file or folder.
    ///
    /// `isFresh` says that this process has just created it, so that owner and extended attributes are known.
    func apply(
        _ attributes: Attributes, to descriptor: Int32, _ extended: ExtendedAttributes, isFresh: Bool, path: TreePath
    ) {
        if !isFresh || attributes.owner != user || attributes.group != group {
            note(.owner, path, Descriptor.setOwner(descriptor, attributes.owner, attributes.group))
        }
        note(.mode, path, Descriptor.setMode(descriptor, attributes.mode))
        if !isFresh { removeOthers(attributes, extended, path) }
        for attribute in attributes.extended { note(.extended, path, extended.set(attribute)) }
        note(.times, path, Descriptor.setModified(descriptor, attributes.modified))
    }

    /// Sets what of `attributes` a link or node can have on `name` in `folder`.
    func apply(_ attributes: Attributes, toName name: [UInt8], in folder: FolderHandle, path: TreePath) {
        note(.owner, path, folder.ownerResult(name, attributes.owner, attributes.group))
        if attributes.kind != .symlink { note(.mode, path, folder.modeResult(name, attributes.mode)) }
        if !attributes.extended.isEmpty {
            let extended = ExtendedAttributes(name, in: folder)
            for attribute in attributes.extended { note(.extended, path, extended.set(attribute)) }
        }
        note(.times, path, folder.modifiedResult(name, attributes.modified))
    }

    private func removeOthers(_ attributes: Attributes, _ extended: ExtendedAttributes, _ path: TreePath) {
        let there = (try? extended.read { _ in true }) ?? []
        for old in there where !attributes.extended.contains(where: { $0.name == old.name }) {
            // What the system gives by itself, such as a security label, cannot be taken away and is no loss.
            _ = extended.remove(old.name)
        }
    }

    private func note(_ what: Fidelity, _ path: TreePath, _ result: Int32) {
        guard result < 0 else { return }
        log.lost(what, of: path, posixError(-result, what.rawValue).message)
    }
}
