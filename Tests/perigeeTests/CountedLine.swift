import Foundation
import Testing

/// A line to "another host" that takes its time, and counts: a command in the place of `ssh` that runs the other end here
/// and passes bytes on, each after a delay.
///
/// Round trips are counted as Lamport counts: bytes carry the number of trips that whoever sent them had waited for, and
/// each side takes over the greatest that came, this one after adding one. So what is sent ahead of its answers costs no
/// trip, and what waits for one costs one. Only hellos, openings and messages say something: credit and ends are waited
/// for by nobody, or tests in memory find it.
struct CountedLine {
    /// What a run has sent over the line.
    struct Counts: Codable {
        /// Round trips that were waited for, one after the other; the first is that of the other side's hello.
        var trips: Int
        /// Bytes towards the other host, and back.
        var sent: Int
        var received: Int
    }

    /// Whether there is what the command is written in.
    static let isPossible = (try? Program.run(["-c", "python3 -V"], program: "/bin/bash").status == 0) ?? false

    private let folder: Scratch
    /// The command in the place of `ssh`.
    var command: String { folder.path("line") }

    /// A line whose ends are `milliseconds` apart.
    init(milliseconds: Int) throws {
        folder = try Scratch()
        try folder.write(
            program: "line", Self.program(seconds: Double(milliseconds) / 1000, folder.path("counts")))
    }

    /// What the last run has sent.
    func counts() throws -> Counts { try JSONDecoder().decode(Counts.self, from: folder.read("counts")) }

    private static func program(seconds: Double, _ result: String) -> String {
        """
        #!/usr/bin/env python3
        import collections, json, os, select, subprocess, sys, time

        class Way:
            def __init__(self, take, give):
                self.take, self.give, self.queue, self.open, self.count = take, give, collections.deque(), True, 0
                self.head, self.left, self.says, self.wanted = b"", 0, True, 14

            def speaks(self, data):  # whether some of these bytes are of a hello, an opening or a message
                said = False
                while data:
                    if self.left:
                        part = min(self.left, len(data))
                        self.left -= part
                    else:
                        part = min(self.wanted - len(self.head), len(data))
                        self.head += data[:part]
                        if len(self.head) < self.wanted: return said
                        if self.wanted == 14: self.left = int.from_bytes(self.head[12:], "little") + 4
                        else: self.left, self.says = int.from_bytes(self.head[:4], "little"), self.head[4] in (1, 2)
                        self.head, self.wanted = b"", 20
                    data = data[part:]
                    said = said or self.says
                return said

        def save():  # before others can know of it, and whole: this may be ended at any time
            if "--join" in sys.argv[-1]: return  # a further strand of a connection, beside the line that counts
            with open("\(result).new", "w") as file:
                json.dump(dict(trips=near, sent=there.count, received=back.count), file)
            os.rename("\(result).new", "\(result)")

        child = subprocess.Popen(["/bin/sh", "-c", sys.argv[-1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        there, back = Way(0, child.stdin.fileno()), Way(child.stdout.fileno(), 1)
        near = far = 0  # trips that each side has waited for

        def give(descriptor, data):
            try:
                while data: data = data[os.write(descriptor, data):]
                return True
            except OSError:
                return False

        while there.open or back.open or there.queue or back.queue:
            due = min((way.queue[0][0] for way in (there, back) if way.queue), default=None)
            wait = 1 if due is None else max(0, due - time.monotonic())
            ready = select.select([way.take for way in (there, back) if way.open], [], [], wait)[0]
            now = time.monotonic()
            for way in (there, back):
                if way.take in ready:
                    data = os.read(way.take, 1 << 18)
                    way.open = bool(data)
                    way.count += len(data)
                    way.queue.append((now + \(seconds), near if way is there else far, data))
                while way.queue and way.queue[0][0] <= now:
                    _, trips, data = way.queue.popleft()
                    if way.speaks(data):
                        if way is there: far = max(far, trips)
                        else: near = max(near, trips + 1)
                    save()
                    if not data or not give(way.give, data):
                        if way is there and not data: os.close(way.give)
                        way.open = False
                        way.queue.clear()
            if not back.open and not back.queue: break
        sys.exit(child.wait())
        """
    }
}
