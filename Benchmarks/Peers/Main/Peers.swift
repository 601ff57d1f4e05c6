internal import ArgumentParser

@main
struct Peers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peers", abstract: "Measure Perigee beside the tools that one would use instead.",
        discussion: """
            All on the same data in one run, in turns, each result compared with the original before its time counts.

            EXAMPLES
              peers --scale 0.1
              peers --work /dev/shm --data /var/tmp/data --repeat 3 --json peers.json --readme README.md
              peers --only sources --use sources=/src/linux-6.1,/src/linux-6.6
              peers --link 100Mbit/s --only sources,table
              peers report a.json b.json --markdown peers.md
            """,
        subcommands: [Run.self, Foresee.self, Foretold.self, Render.self, List.self, Relay.self],
        defaultSubcommand: Run.self)
}
