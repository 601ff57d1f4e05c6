internal import Model
internal import NIOCore
internal import NIOTLS
internal import Trust

/// The last handler of a channel: hands what comes over to whoever blocks for it, and receives no more than they take.
///
/// For the channel's event loop.
final class StreamBridge: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let state: StreamState
    private let place: String
    private let own: SiteIdentity
    private let check: PeerCheck
    private let onReady: (any Channel) -> Void
    private var isReady = false
    private var hasRead = false

    /// A bridge to `state`; calls `onReady` once both sides have proven who they are and `check` has let the other in.
    init(
        _ state: StreamState, place: String, own: SiteIdentity, check: PeerCheck,
        onReady: @escaping (any Channel) -> Void = { _ in }
    ) {
        (self.state, self.place, self.own, self.check, self.onReady) = (state, place, own, check, onReady)
    }

    func channelActive(context: ChannelHandlerContext) { context.read() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasRead = true
        state.deliver(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) { if state.wantsMore() { context.read() } }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            isReady = true
            state.becomeReady()
            onReady(context.channel)
        } else if let event = event as? ChannelEvent, event == .inputClosed {
            state.end()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let stage: TransportFault.Stage = hasRead ? .talking : isReady ? .proven : .beginning
        state.fail(check.refusal ?? TransportFault.explain(error, place, stage, own: own))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        // One that ended without the farewell of TLS was told as an error before.
        state.vanish(TransportFault.cut("the connection was cut", place))
    }
}
