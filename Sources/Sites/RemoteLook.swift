public import Replication
internal import Wire

extension RemoteTree {
    /// Asks `question`; the answer is taken as it comes, while others may be asked too.
    ///
    /// - Throws: where the connection is lost; what the other site meets is thrown where the answer is taken.
    public func look(_ question: TreeQuestion) throws -> TreeAnswer {
        let channel = try connection.open(
            LookService.service, Document.encode(TreeLook(tree: path, question: question)))
        return try TreeAnswer(to: question, through: WireChannel(channel))
    }
}
