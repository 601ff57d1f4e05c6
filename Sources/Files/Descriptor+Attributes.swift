internal import CSyscalls
package import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Says that a time is to be left as it is (UTIME_OMIT of <sys/stat.h>, which Swift does not see).
private let omittedTime = (1 << 30) - 2

private func times(_ modified: Timestamp) -> [timespec] {
    [
        timespec(tv_sec: 0, tv_nsec: omittedTime),
        timespec(tv_sec: time_t(modified.seconds), tv_nsec: Int(modified.nanoseconds)),
    ]
}

// Attributes of what is open: 0 or the negative error number.
extension Descriptor {
    package static func setOwner(_ file: Int32, _ owner: UInt32, _ group: UInt32) -> Int32 {
        answer(fchown(file, owner, group))
    }

    package static func setMode(_ file: Int32, _ mode: UInt16) -> Int32 { answer(fchmod(file, mode_t(mode))) }

    package static func setModified(_ file: Int32, _ modified: Timestamp) -> Int32 {
        answer(futimens(file, times(modified)))
    }
}

// Attributes of a name in a folder, never those of what a link points to: 0 or the negative error number.
extension FolderHandle {
    package func ownerResult(_ name: some Collection<UInt8>, _ owner: UInt32, _ group: UInt32) -> Int32 {
        withSystemName(name) { answer(fchownat(descriptor, $0, owner, group, csys_at_symlink_nofollow)) }
    }

    /// Not for links, which have no mode of their own.
    package func modeResult(_ name: some Collection<UInt8>, _ mode: UInt16) -> Int32 {
        withSystemName(name) { answer(fchmodat(descriptor, $0, mode_t(mode), csys_at_symlink_nofollow)) }
    }

    package func modifiedResult(_ name: some Collection<UInt8>, _ modified: Timestamp) -> Int32 {
        withSystemName(name) { answer(utimensat(descriptor, $0, times(modified), csys_at_symlink_nofollow)) }
    }
}

/// The user and group that this process acts as.
package enum ProcessOwner {
    /// The effective user.
    package static var user: UInt32 { geteuid() }
    /// The effective group.
    package static var group: UInt32 { getegid() }
}
