internal import Model
internal import Placement
internal import Wire

/// The shell text by which a job is run once, watched and ended, on any host with a POSIX shell and Linux's `/proc`.
///
/// In ``control`` below the job's folder: `run` sets the variables and becomes the command; `wrapper` claims the job by
/// making the folder `claim`, which only one can, runs `run` under `timeout`, keeps the first and the last of its output in
/// `log` and `log.end`, and writes `code`. A wrapper that is started again ends at once. Every word that comes from outside
/// is quoted. All of this is its owner's alone; the command itself has the umask of whoever started it.
package enum JobScript {
    /// The folder below a job's own in which everything is that is no business of the command.
    package static let control = ".perigee"

    /// ``control`` of a job, quoted.
    static func controlFolder(_ job: JobRecord) -> String { CommandWords.quoted("\(job.order.folder)/\(control)") }

    /// Variables that tell a job what it is and where its data is, in the order of their names.
    ///
    /// - Throws: `usage` where two names make the same variable.
    static func variables(_ job: JobRecord) throws -> [(name: String, value: String)] {
        var out: [String: String] = [
            "PERIGEE_JOB": "\(job.id)", "PERIGEE_WORKLOAD": job.workload, "PERIGEE_SITE": job.site,
            "PERIGEE_FOLDER": job.order.folder, "PERIGEE_OUTPUT": "\(job.order.folder)/outputs",
        ]
        let named =
            job.order.inputs.map { ("PERIGEE_INPUT_" + variable($0.name), $0.path) }
            + job.order.outputs.map { ("PERIGEE_OUTPUT_" + variable($0), job.order.outputFolder($0)) }
        for (name, value) in named {
            guard out.updateValue(value, forKey: name) == nil else {
                throw PerigeeError(
                    .usage, "two things that \(job.workload) reads or makes have the variable \(name)",
                    at: job.workload, remedy: "give one of them a name with other letters")
            }
        }
        out.merge(job.order.run.environment) { old, _ in old }
        return out.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A name as part of a variable: capital letters and digits, `_` for all else.
    static func variable(_ name: String) -> String {
        String(
            decoding: name.utf8.map { byte -> UInt8 in
                switch byte {
                case 0x61...0x7a: byte - 0x20
                case 0x41...0x5a, 0x30...0x39: byte
                default: 0x5f
                }
            }, as: UTF8.self)
    }

    /// `run`: sets variables, enters the folder, becomes the command.
    static func run(_ job: JobRecord) throws -> String {
        var out = "#!/bin/sh\n"
        // What opens the vaults of whoever started this is none of the job's business.
        out += forget
        for (name, value) in try variables(job) { out += "export \(name)=\(CommandWords.quoted(value))\n" }
        out += "cd \(CommandWords.quoted(job.order.folder)) || exit 126\n"
        switch job.order.run.command {
        case .words(let words): out += "exec \(words.map { quotedWord($0) }.joined(separator: " "))\n"
        case .line(let line): out += "exec /bin/sh -c \(quotedWord(line))\n"
        }
        return out
    }

    /// Quoted in any case: a word such as `NAME=value` in the first place would not be a program otherwise.
    private static func quotedWord(_ word: String) -> String {
        let quoted = CommandWords.quoted(word)
        return quoted.hasPrefix("'") ? quoted : "'\(quoted)'"
    }

    /// Takes all variables of Perigee out of the environment.
    static let forget = """
        for name in $(env | sed -n 's/^\\(PERIGEE_[A-Za-z0-9_]*\\)=.*/\\1/p'); do unset "$name"; done

        """

    /// `wrapper`: runs `run` once.
    static func wrapper(_ job: JobRecord) -> String {
        let (half, timeout) = (max(1, job.order.logMax / 2), Int(min(job.order.timeout, 1e9).rounded(.up)))
        return """
            #!/bin/sh
            mask=$(umask)
            umask 077
            cd \(controlFolder(job)) || exit 126
            mkdir claim 2>/dev/null || exit 0
            trap : TERM INT HUP
            read -r line < "/proc/$$/stat"; rest=${line##*) }; set -- $rest
            began=$(date +%s)
            echo "$$ $(cat /proc/sys/kernel/random/boot_id) ${20} $began" > claim/owner.new
            mv claim/owner.new claim/owner
            mkfifo claim/pipe
            ( trap '' TERM INT HUP; head -c \(half) > log; tail -c \(half) > log.end ) < claim/pipe &
            ( umask "$mask"; exec timeout -k \(Int(JobLimits.cancelGrace)) \(timeout) sh ./run ) > claim/pipe 2>&1 < /dev/null
            code=$?
            echo "$code $began $(date +%s)" > code.new
            mv code.new code
            wait
            : > finished

            """
    }

    /// What has the command before it write the file `name` as a whole, whoever else does the same at once.
    static func whole(_ name: String) -> String { "> \(name).new.$$ && mv -f \(name).new.$$ \(name)" }

    /// Puts the files of a job into its folder, where it was not begun yet, and looks for what it reads.
    static func prepare(_ job: JobRecord) throws -> String {
        var out =
            forget + """
                mask=$(umask)
                umask 077
                mkdir -p \(controlFolder(job)) && cd \(CommandWords.quoted(job.order.folder)) || exit 73
                # It is there already where something was brought into it.
                chmod 700 . 2>/dev/null
                [ -d \(control)/claim ] && exit 0
                umask "$mask"

                """
        for name in job.order.outputs { out += "mkdir -p \(CommandWords.quoted("outputs/\(name)")) || exit 73\n" }
        for input in job.order.inputs {
            let path = CommandWords.quoted(input.path)
            out += "[ -e \(path) ] || { echo \(CommandWords.quoted("\(input.name) is not there: \(input.path)")) >&2; "
            out += "exit 66; }\n"
        }
        out += "umask 077\ncd ./\(control) || exit 73\n"
        for (name, text) in [("run", try run(job)), ("wrapper", wrapper(job))] {
            out += "printf %s \(CommandWords.quoted(text)) \(whole(name)) || exit 73\n"
        }
        return out
    }

    /// Starts the wrapper so that it outlives the shell, and waits until it has begun.
    static func start(_ job: JobRecord) throws -> String {
        // The preparation in a shell of its own, so that its early end ends not this.
        try "(\n\(prepare(job))\n) || exit $?\n" + """
            cd \(controlFolder(job)) || exit 73
            if [ ! -d claim ]; then setsid sh ./wrapper </dev/null >/dev/null 2>&1 & fi
            \(waitFor("[ -d claim ]", tenths: 100))
            [ -d claim ] || { echo 'the wrapper did not begin: are setsid, timeout and mkfifo there?' >&2; exit 71; }

            """
    }

    private static func waitFor(_ condition: String, tenths: Int) -> String {
        "n=0; until \(condition) || [ $n -ge \(tenths) ]; do sleep 0.1 2>/dev/null || sleep 1; n=$((n+1)); done"
    }

    /// Tells what can be seen in the folder, in one line; ends the script where that is all there is to say.
    ///
    /// - Parameter isHere: whether its processes are those of the host that is asked.
    static func look(_ job: JobRecord, isHere: Bool) -> String {
        var out = """
            cd \(controlFolder(job)) 2>/dev/null || { echo absent; exit 0; }
            told() { \(waitFor("[ -f finished ]", tenths: 20)); echo "ended $(cat code)"; exit 0; }
            [ -f code ] && told
            [ -f claim/revoked ] && { echo revoked; exit 0; }

            """
        if isHere {
            out += """
                [ -d claim ] || { echo absent; exit 0; }
                if [ ! -f claim/owner ]; then
                    [ -n "$(find claim -maxdepth 0 -mmin +1)" ] && echo lost || echo starting
                    exit 0
                fi
                read -r pid boot start began < claim/owner
                \(isAlive)
                if alive; then echo "running $began"; exit 0; fi
                [ -f code ] && told
                echo lost

                """
        } else {
            out += "began=; [ -f claim/owner ] && read -r pid boot start began < claim/owner\n"
        }
        return out
    }

    /// Whether the wrapper lives: a process of its number, that began when it did, since the host was started.
    private static let isAlive = """
        alive() {
            [ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] || return 1
            read -r line 2>/dev/null < "/proc/$pid/stat" || return 1
            rest=${line##*) }; set -- $rest
            [ "$1" != Z ] && [ "${20}" = "$start" ]
        }
        """

    /// Sees to it that the job never begins, or sends a signal to all processes of its session.
    static func end(_ job: JobRecord, byForce isForced: Bool) -> String {
        let folder = controlFolder(job)
        return """
            umask 077
            mkdir -p \(folder) && cd \(folder) || exit 73
            [ -f code ] && exit 0
            if mkdir claim 2>/dev/null; then : > claim/revoked; exit 0; fi
            [ -f claim/revoked ] && exit 0
            \(waitFor("[ -f claim/owner ]", tenths: 20))
            [ -f claim/owner ] || exit 0
            read -r pid boot start began < claim/owner
            [ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] || exit 0
            \(isAlive)
            # A number that is another's now is not a session of the job; one that nobody has still may be.
            if [ -d "/proc/$pid" ] && ! alive; then exit 0; fi
            for file in /proc/[0-9]*/stat; do
                read -r line 2>/dev/null < "$file" || continue
                rest=${line##*) }; set -- $rest
                process=${file#/proc/}; process=${process%/stat}
                if [ "$4" = "$pid" ]; then kill -\(isForced ? "KILL" : "TERM") "$process" 2>/dev/null; fi
            done
            exit 0

            """
    }

    /// Prints the output that was kept.
    static func log(_ job: JobRecord) -> String {
        let half = max(1, job.order.logMax / 2)
        return """
            cd \(controlFolder(job)) 2>/dev/null || exit 0
            [ -f log ] && head -c \(half) log
            [ -s log.end ] || exit 0
            [ "$(wc -c < log.end)" -ge \(half) ] && printf '\\n... (what stood between was not kept) ...\\n'
            head -c \(half) log.end

            """
    }

    /// An instant that a job's folder tells, in seconds since 1970; nil where it is none.
    static func instant(_ text: String) -> Double? {
        Double(text).flatMap { $0 >= 0 && $0 <= JobLimits.instantMax ? $0 : nil }
    }

    /// What the answer of ``look(_:isHere:)`` means; nil where it says nothing.
    package static func sighting(_ text: String) -> JobSighting? {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        switch words.first {
        case "absent": return .absent
        case "starting": return .running(since: nil)
        case "running": return .running(since: words.dropFirst().first.flatMap { instant($0) })
        case "revoked": return .lost("it was never begun", isSure: true)
        case "lost":
            return .lost("its processes are gone, and it left no result: it was killed, or its host was", isSure: true)
        case "ended":
            guard words.count >= 4, let code = Int32(words[1]), let began = instant(words[2]),
                let ended = instant(words[3])
            else { return nil }
            return .ended(code, began: began, ended: ended)
        default: return nil
        }
    }
}
