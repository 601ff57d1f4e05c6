public import Model
internal import Synchronization

/// The configuration that a service runs by, which can be read again while it runs.
///
/// What is in use is always sound: a file that has become wrong, or cannot be read, changes nothing and says so. Any
/// thread may ask for the configuration or have it read again; those who began with an older one keep that.
public final class ConfigurationStore: Sendable {
    /// What came of reading the file again.
    public enum Outcome: Sendable {
        /// It says what it said before.
        case unchanged
        /// It says something else, which is in use from now on.
        case changed(ConfigurationChanges)
        /// It is wrong, and what was in use stays in use; with how many faults there are, listed or not.
        case refused([ConfigurationFault], count: Int)
        /// It cannot be read, and what was in use stays in use.
        case unreadable(PerigeeError)
    }

    /// The file.
    public let path: String
    private let read: @Sendable () throws -> [UInt8]
    private let state: Mutex<PerigeeConfiguration>

    /// The configuration in the file at `path`, whose bytes `read` gives each time that it is asked.
    ///
    /// - Throws: `usage` where it is wrong, and what `read` throws.
    public init(path: String, read: @escaping @Sendable () throws -> [UInt8]) throws {
        self.path = path
        self.read = read
        state = Mutex(try PerigeeConfiguration.read(read(), at: path))
    }

    /// What is in use.
    public var current: PerigeeConfiguration { state.withLock { $0 } }

    /// Reads the file again, and takes over what it says where that is sound.
    @discardableResult
    public func reload() -> Outcome {
        // One at a time, so that what was read last is what stays.
        state.withLock { current in
            do {
                let reading = PerigeeConfiguration.read(try read())
                guard let new = reading.configuration else {
                    return .refused(reading.faults, count: reading.faultCount)
                }
                let changes = ConfigurationChanges(from: current, to: new)
                // Taken over in any case: places of faults that are told later are those of the file as it is now.
                current = new
                return changes.isEmpty ? .unchanged : .changed(changes)
            } catch let error as PerigeeError {
                return .unreadable(error)
            } catch {
                return .unreadable(PerigeeError(.io, "the configuration cannot be read", at: path, cause: error))
            }
        }
    }
}
