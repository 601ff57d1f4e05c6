internal import GRDB
internal import Model

/// What SQLite says, in the words of this program.
enum CatalogFault {
    /// Runs `body`; its errors get `path` as their place, and a remedy.
    static func placed<Value>(_ path: String, _ body: () throws -> Value) throws(PerigeeError) -> Value {
        do {
            return try body()
        } catch let error as PerigeeError {
            throw error.at(path)
        } catch let error as DatabaseError {
            throw fault(error, path)
        } catch {
            throw PerigeeError(.io, "the catalog cannot be used", at: path, cause: error)
        }
    }

    /// What is said of a catalog that is no sound database.
    static func damaged(_ path: String, _ message: String) -> PerigeeError {
        PerigeeError(
            .damaged, "the catalog is damaged: \(message)", at: path,
            remedy:
                "nothing was changed; put back \(path).backup, which the daemon makes each day, or move the catalog "
                + "away: what is lost then is the history of runs and the state of schedules, and no data")
    }

    /// What is said of a catalog that this program does not know.
    static func tooNew(_ path: String) -> PerigeeError {
        PerigeeError(
            .format, "a later version of the program made the catalog", at: path,
            remedy: "run that version, or a later one")
    }

    private static func fault(_ error: DatabaseError, _ path: String) -> PerigeeError {
        let message = error.message ?? "SQLite says \(error.resultCode.rawValue)"
        return switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: damaged(path, message)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            PerigeeError(
                .busy, "another process uses the catalog", at: path,
                remedy: "see that one daemon works with this state, and try again", canRetry: true)
        case .SQLITE_FULL:
            PerigeeError(.noSpace, "no room is left for the catalog", at: path, remedy: "make room there")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            PerigeeError(
                .readOnly, "the catalog cannot be written: \(message)", at: path,
                remedy: "see that the folder and the files in it belong to the user of the daemon")
        case .SQLITE_CANTOPEN:
            PerigeeError(
                .denied, "the catalog cannot be opened: \(message)", at: path,
                remedy: "see that the folder is there, and that this user may read and write in it")
        case .SQLITE_CONSTRAINT:
            PerigeeError(
                .conflict, "the catalog does not allow it: \(message)", at: path,
                remedy: "look at what is there with perigee runs and perigee audit")
        default:
            PerigeeError(.io, "the catalog cannot be used: \(message)", at: path, remedy: "see the log of the system")
        }
    }
}
