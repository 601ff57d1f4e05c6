internal import Foundation

/// A tmpfs that is gone when nobody holds it any more.
public final class TemporaryMount {
    /// Where it is mounted.
    public let path: String

    /// Whether this process may mount: tests that need one are skipped where it may not.
    public static let isPossible: Bool = {
        guard geteuid() == 0 else { return false }
        let path = NSTemporaryDirectory() + "/perigee-mount-\(getpid())"
        guard mkdir(path, 0o700) == 0 else { return false }
        defer { rmdir(path) }
        return (try? TemporaryMount(path, "size=64k")) != nil
    }()

    /// Mounts an empty tmpfs on the folder at `path`.
    public init(_ path: String, _ options: String) throws {
        self.path = path
        guard run("mount", ["-t", "tmpfs", "-o", options, "perigee-test", path]) else {
            throw CocoaError(.featureUnsupported)
        }
    }

    deinit { _ = run("umount", ["-l", path]) }

    /// Mounts it again with other options.
    public func remount(_ options: String) throws {
        guard run("mount", ["-o", "remount,\(options)", path]) else { throw CocoaError(.featureUnsupported) }
    }
}

private func run(_ command: String, _ arguments: [String]) -> Bool {
    (try? ChildProcess(command, arguments).status()) == 0
}
