internal import Agents
internal import Model
internal import Sites
internal import Transport
internal import Trust
internal import Wire

/// Connects a host that came to be served by `ssh` to a third one: by `ssh` too, or to an agent with a key that it was lent.
enum ShellSender {
    /// What reaches it: nobody is there to be asked for a password.
    private static let usual = ["ssh", "-o", "BatchMode=yes"]
    /// How long a host may take to say hello.
    private static let helloWait = Duration.seconds(60)

    /// Connects to the third site of `job`.
    ///
    /// - Throws: `unsupported` where that is an agent, which lets nobody in who has no identity, and no key came along.
    static func reach(_ job: SendJob) throws -> Connection {
        if let pem = job.key { return try reach(job, with: SiteKey(pem: pem, at: "the key that came along")) }
        guard let there = job.shell else {
            throw PerigeeError(
                .unsupported, "a host that is reached by ssh sends to hosts of ssh, and to no agent",
                at: String(job.target.prefix(80)),
                remedy: "have it pass through the host that asks: --route here")
        }
        var shell = SecureShell(user: there.user, host: there.host, port: there.port)
        shell.command = try Environment["PERIGEE_SSH"].map { try CommandWords.split($0) } ?? usual
        if let perigee = there.perigee { shell.remotePerigee = perigee }
        var options = WireOptions()
        options.program = Perigee.version
        options.helloWait = helloWait
        options.awaitsHello = false
        let stream = try shell.open { Diagnostics.write("\(there.host): \($0)\n") }
        let connection = try Connection(stream, role: .initiator, options: options)
        StrandOpener.watch(connection, shell)
        return connection
    }

    private static func reach(_ job: SendJob, with key: SiteKey) throws -> Connection {
        var options = WireOptions()
        options.program = Perigee.version
        return try AgentSender(SecureSettings(key), options).reach(job)
    }
}
