internal import Files
internal import Model

/// Gives files, folders, links and nodes their owner, mode, extended attributes and times, in the order that keeps all of
/// them: a change of owner clears set-user-ID bits and capabilities, and anything else moves the times.
struct AttributeWriter: Sendable {
    /// Where losses are noted.
    let log: FidelityLog
    private static let accessLists = Array("system.posix_acl_".utf8)
    private let user = ProcessOwner.user
    private let group = ProcessOwner.group

    /// An attribute writer that notes losses in `log`.
    init(log: FidelityLog) { self.log = log }

    /// Sets all of `attributes` on an open file or folder.
    ///
    /// `isFresh` says that this process has just created it, so that owner and extended attributes are known; `isPlain`
    /// that its folder has then handed no access list down.
    func apply(
        _ attributes: Attributes, to descriptor: Int32, _ extended: ExtendedAttributes, isFresh: Bool,
        isPlain: Bool = false, path: TreePath
    ) {
        var mode = attributes.mode
        if !isFresh || attributes.owner != user || attributes.group != group {
            let result = Descriptor.setOwner(descriptor, attributes.owner, attributes.group)
            note(.owner, path, result)
            if result < 0 {
                // The group alone may be allowed; but no program may get the rights of whoever happens to write it.
                _ = Descriptor.setOwner(descriptor, .max, attributes.group)
                mode &= 0o1777
            }
        }
        // Of what they may not write, ordinary users cannot change extended attributes, though it be their own.
        let mayNotWrite = mode & 0o200 == 0 && !(isFresh && attributes.extended.isEmpty)
        if mayNotWrite { _ = Descriptor.setMode(descriptor, mode | 0o200) }
        if !isPlain { removeOthers(attributes, extended, isFresh: isFresh) }
        if !mayNotWrite { note(.mode, path, Descriptor.setMode(descriptor, mode)) }
        for attribute in attributes.extended { note(.extended, path, extended.set(attribute)) }
        if mayNotWrite { note(.mode, path, Descriptor.setMode(descriptor, mode)) }
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

    /// Removes extended attributes that are not wanted; what is fresh can only have ACLs that its folder handed down.
    private func removeOthers(_ attributes: Attributes, _ extended: ExtendedAttributes, isFresh: Bool) {
        let there = (try? extended.read { !isFresh || $0.starts(with: Self.accessLists) }) ?? []
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
