internal import ArgumentParser
internal import Model
internal import Wire
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// One run of the program: arguments in, exit status out.
enum Program {
    /// Runs what the command line asks for, and ends the process.
    static func main() -> Never {
        ProcessBounds.returnLargeBuffers()
        Signals.install()
        exit(run(RawText.arguments).rawValue)
    }

    private static func run(_ arguments: [String]) -> ExitStatus {
        let ordered = GlobalOptions.movedBehindVerb(arguments)
        do {
            if arguments == SecureShell.agentWords { return agent() }
            if arguments.first == AttemptProgram.word { return try AttemptProgram(arguments).run { run($0) } }
            let (parsed, held) = Operands.holdBack(ordered)
            var command = try Perigee.parseAsRoot(parsed)
            if let verb = command as? any Verb { return perform(verb, held) }
            try command.run()
            return .done
        } catch {
            return UsageReport.show(error, of: ordered)
        }
    }

    // Every transfer to another host waits for it to start there, and the parser would take a third of that.
    private static func agent() -> ExitStatus {
        do {
            return try ShellAgent(stateFolder: GlobalOptions.usualStateFolder, stop: Signals.stop).serve()
        } catch {
            let fault = ErrorReport.fault(error)
            Diagnostics.write(ErrorReport.text(fault, .standardError))
            return ExitStatus(fault.code)
        }
    }

    private static func perform(_ verb: any Verb, _ held: [String]) -> ExitStatus {
        let context = Context(verb.global, heldOperands: held)
        defer { context.end() }
        do {
            try verb.global.check()
            NamedSites.current.use(verb.global)
            let status = try verb.perform(context)
            context.close()
            try context.output.flush()
            return status
        } catch {
            return context.report(error)
        }
    }
}
