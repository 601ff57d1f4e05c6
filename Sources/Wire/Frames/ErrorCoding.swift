internal import Model

/// Errors as they cross the wire.
///
/// A byte that says whether trying again can help, then texts of at most ``WireLimits/errorTextMax`` bytes: code, message,
/// place, remedy, cause; an empty one where there is none.
enum ErrorCoding {
    /// The most bytes that an error takes.
    static let sizeMax = 1 + 5 * (2 + WireLimits.errorTextMax)

    /// The payload for `error`; one that is no ``Model/PerigeeError`` becomes `io`.
    static func encode(_ error: any Error) -> [UInt8] {
        let error = error as? PerigeeError ?? PerigeeError(.io, "\(error)")
        var out = FieldWriter()
        out.number(UInt8(error.canRetry ? 1 : 0))
        let texts = [error.code.rawValue, error.message, error.place, error.remedy, error.cause]
        for text in texts { out.text(text ?? "", limit: WireLimits.errorTextMax) }
        return out.bytes
    }

    /// The error in `payload`, which came from `peer`.
    ///
    /// A code that is not known here counts as `io`. Characters that steer terminals are replaced: the texts are shown to
    /// people, and the other side chose them.
    static func decode(_ payload: UnsafeRawBufferPointer, from peer: String) throws -> PerigeeError {
        var fields = FieldReader(payload, from: peer)
        let canRetry = try fields.number(UInt8.self) != 0
        var texts: [String] = []
        for _ in 0..<5 { texts.append(harmless(try fields.text(limit: WireLimits.errorTextMax))) }
        try fields.finish()
        var error = PerigeeError(PerigeeError.Code(rawValue: texts[0]) ?? .io, texts[1], canRetry: canRetry)
        error.place = texts[2].isEmpty ? peer : "\(peer): \(texts[2])"
        error.remedy = texts[3].isEmpty ? nil : texts[3]
        error.cause = texts[4].isEmpty ? nil : texts[4]
        return error
    }

    /// `text` with a replacement for each character that is no text.
    static func harmless(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: out.append("\u{fffd}")
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}
