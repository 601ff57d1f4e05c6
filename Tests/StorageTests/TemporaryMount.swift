import Foundation

/// A tmpfs that is gone when nobody holds it any more.
final class TemporaryMount {
    let path: String

    /// Mounts an empty tmpfs on the folder at `path`.
    init(_ path: String, _ options: String) throws {
        self.path = path
        guard run("mount", ["-t", "tmpfs", "-o", options, "perigee-test", path]) else {
            throw CocoaError(.featureUnsupported)
        }
    }

    deinit { _ = run("umount", ["-l", path]) }

    func remount(_ options: String) throws {
        guard run("mount", ["-o", "remount,\(options)", path]) else { throw CocoaError(.featureUnsupported) }
    }
}

/// Whether this process may mount.
func canMount() -> Bool {
    guard geteuid() == 0 else { return false }
    let path = NSTemporaryDirectory() + "perigee-mount-\(getpid())"
    guard mkdir(path, 0o700) == 0 else { return false }
    defer { rmdir(path) }
    return (try? TemporaryMount(path, "size=64k")) != nil
}

private func run(_ command: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}
