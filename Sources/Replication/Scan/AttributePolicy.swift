/// Which extended attributes a tree keeps.
///
/// Kept are those that users set (`user.`), ACLs (`system.posix_acl_`), those that only the superuser sees (`trusted.`), and
/// a program's capabilities (`security.capability`). Labels that a system gives by its own policy, such as SELinux's, say
/// nothing at another site and are left out, as are attributes that a file system invents for its own use.
enum AttributePolicy {
    private static let kept = [
        Array("user.".utf8), Array("system.posix_acl_".utf8), Array("trusted.".utf8), Array("security.capability".utf8),
    ]
    private static let invented = [Array("trusted.overlay.".utf8)]

    /// Whether the attribute of this name is kept.
    static func isKept(_ name: UnsafeRawBufferPointer) -> Bool {
        kept.contains { name.starts(with: $0) } && !invented.contains { name.starts(with: $0) }
    }
}
