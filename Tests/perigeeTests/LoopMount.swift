import Foundation
import Testing

/// A file system in a file, mounted in a site; unmounted when nobody holds it any more.
final class LoopMount {
    /// Those that share blocks between files.
    static let kinds = ["btrfs", "xfs"]

    /// Whether this user can make and mount all of them.
    static let isPossible: Bool = {
        guard FaultSite.isSuperuser, let site = try? FaultSite() else { return false }
        return kinds.allSatisfy { (try? LoopMount($0, $0, in: site)) != nil }
    }()

    private let site: FaultSite
    private let name: String

    /// Makes a file system of `kind`, and mounts it on the folder `name`.
    init(_ kind: String, _ name: String, in site: FaultSite) throws {
        self.site = site
        self.name = name
        let image = "\(name.replacing("/", with: "-")).image"
        let made = try site.shell(
            "mkdir -p '\(name)' && truncate -s 320M '\(image)' && mkfs.\(kind) -q '\(image)' && "
                + "mount -t \(kind) -o loop '\(image)' '\(name)'")
        try #require(made.status == 0, "\(made.errors)")
    }

    deinit { _ = try? site.shell("umount '\(name)' || umount -l '\(name)'") }

    /// The bytes that are free on it, once all is written.
    func free() throws -> Int {
        let line = "sync -f '\(name)'; stat -f -c '%f %S' '\(name)'"
        let numbers = try site.shell(line).text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(numbers.count == 2)
        return numbers[0] * numbers[1]
    }
}
