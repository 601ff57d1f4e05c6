internal import Model

/// Errors, for people and for programs.
enum ErrorReport {
    /// The JSON document of an error.
    private struct Document: Encodable {
        let schema = "perigee.error/1"
        let code: PerigeeError.Code
        let message: String
        let place: String?
        let remedy: String?
        let cause: String?
        let canRetry: Bool
        let exitStatus: Int32

        enum CodingKeys: String, CodingKey { case schema, code, message, place, remedy, cause, canRetry, exitStatus }

        func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: CodingKeys.self)
            try box.encode(schema, forKey: .schema)
            try box.encode(code, forKey: .code)
            try box.encode(message, forKey: .message)
            try box.encode(place, forKey: .place)
            try box.encode(remedy, forKey: .remedy)
            try box.encode(cause, forKey: .cause)
            try box.encode(canRetry, forKey: .canRetry)
            try box.encode(exitStatus, forKey: .exitStatus)
        }
    }

    /// Any error as one with a code, a message and a remedy.
    static func fault(_ error: any Error) -> PerigeeError {
        if let fault = error as? PerigeeError { return fault }
        return PerigeeError(.io, "\(error)", remedy: "if this comes again, report it with the command that led here")
    }

    /// `perigee: place: message`, then what to do about it on a line of its own.
    static func text(_ fault: PerigeeError, _ style: Style) -> String {
        var out = style.bad("perigee:") + " "
        if let place = fault.place { out += "\(place): " }
        out += fault.message
        if let cause = fault.cause { out += " (\(cause))" }
        if let remedy = fault.remedy { out += "\n  \(remedy)" }
        return out + "\n"
    }

    /// The error as a JSON document.
    static func json(_ fault: PerigeeError) -> String {
        let document = Document(
            code: fault.code, message: fault.message, place: fault.place, remedy: fault.remedy, cause: fault.cause,
            canRetry: fault.canRetry, exitStatus: ExitStatus(fault.code).rawValue)
        return (try? JSON.document(document)) ?? "{\"schema\":\"perigee.error/1\"}\n"
    }
}
