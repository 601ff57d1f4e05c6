internal import HummingbirdCore
internal import NIOCore
internal import NIOHTTPTypes

/// Notes what is no HTTP; it is answered, and its connection closed, by what follows.
final class MalformedNoter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let note: @Sendable (_ address: String, _ reason: String) -> Void

    init(_ note: @escaping @Sendable (_ address: String, _ reason: String) -> Void) { self.note = note }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        note(context.channel.remoteAddress?.ipAddress ?? "local", "\(error)")
        context.fireErrorCaught(error)
    }
}
