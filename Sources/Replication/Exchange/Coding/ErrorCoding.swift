internal import Model

/// The form of errors in messages: code, message, place, remedy, whether trying again can help.
enum ErrorCoding {
    static func encode(_ error: any Error, into out: inout MessageWriter) {
        let error = error as? PerigeeError ?? PerigeeError(.io, "\(error)")
        out.text(error.code.rawValue)
        out.text(error.message)
        out.text(error.place ?? "")
        out.text(error.remedy ?? "")
        out.byte(error.canRetry ? 1 : 0)
    }

    static func decode(_ input: inout MessageReader) throws -> PerigeeError {
        let code = PerigeeError.Code(rawValue: try input.text()) ?? .io
        let message = TreePath.printable(Array(try input.text().utf8))
        let place = TreePath.printable(Array(try input.text().utf8))
        let remedy = TreePath.printable(Array(try input.text().utf8))
        return PerigeeError(
            code, message, at: place.isEmpty ? nil : place, remedy: remedy.isEmpty ? nil : remedy,
            canRetry: try input.flag())
    }
}
