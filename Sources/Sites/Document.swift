internal import Foundation
internal import Model

/// Documents in messages.
enum Document {
    static func encode(_ value: some Encodable) throws -> [UInt8] { Array(try JSONEncoder().encode(value)) }

    static func decode<Value: Decodable>(_: Value.Type, _ bytes: [UInt8], from peer: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw PerigeeError(
                .format, "what it sent is not understood", at: peer,
                remedy: "use the same version of perigee at both ends", cause: error)
        }
    }
}
