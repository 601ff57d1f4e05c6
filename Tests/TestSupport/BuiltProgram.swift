internal import Foundation

/// The program that the tests are built with.
public enum BuiltProgram {
    /// The executable: beside the test bundle, or what `PERIGEE_EXECUTABLE` names.
    public static let path: String = {
        if let path = ProcessInfo.processInfo.environment["PERIGEE_EXECUTABLE"] { return path }
        // Some runners load the bundle into a program of their own: its path is then among the arguments.
        let places = [try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")]
        let candidates = places.compactMap { $0 } + CommandLine.arguments.filter { $0.contains(".xctest") }
        for candidate in candidates {
            var folder = URL(fileURLWithPath: candidate).deletingLastPathComponent()
            while folder.path != "/" {
                let program = folder.appendingPathComponent("perigee").path
                var isFolder: ObjCBool = false
                if FileManager.default.isExecutableFile(atPath: program),
                    FileManager.default.fileExists(atPath: program, isDirectory: &isFolder), !isFolder.boolValue
                {
                    return program
                }
                folder = folder.deletingLastPathComponent()
            }
        }
        return "perigee"
    }()
}
