internal import Model

/// The course of a night: jobs that are due begin in their order as slots get free, and share links fairly while they work.
struct NightFlow {
    /// What becomes of a job; times are seconds after the window's opening.
    struct Course {
        var start: Double?
        var end: Double?
        var moved = 0.0
    }

    private let jobs: [PlanRequest.Job]
    private let sizes: [Double]
    private let transfers: [FairShare.Transfer]
    private let capacities: [Double]
    private let needs: [[Int]]
    /// When they are due, in seconds after the window's opening.
    private let dues: [Double]
    private let length: Double
    private let slots: Int

    /// The night of `jobs`, each as large as `size` says.
    init(_ jobs: [PlanRequest.Job], _ request: PlanRequest, size: (PlanRequest.Job) -> ByteCount) {
        self.jobs = jobs
        let names = request.links.keys.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
        let positions = Dictionary(jobs.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        sizes = jobs.map { Double(size($0).bytes) }
        capacities = names.map { request.links[$0]?.bytesPerSecond ?? 0 }
        transfers = jobs.map { job in
            FairShare.Transfer(
                links: job.links.compactMap { numbers[$0] }, weight: Double(job.weight), priority: job.priority)
        }
        dues = jobs.map { Double(max(0, $0.due - request.window.lowerBound)) }
        needs = jobs.map { job in job.needs.compactMap { positions[$0] } }
        length = Double(max(0, request.window.upperBound - request.window.lowerBound))
        slots = request.jobsMax
    }

    /// The courses, in the order of the jobs.
    func courses() -> [Course] {
        var courses = [Course](repeating: Course(), count: jobs.count)
        var time = 0.0
        while time < length {
            begin(&courses, at: time)
            let active = jobs.indices.filter { courses[$0].start != nil && courses[$0].end == nil }
            let coming = jobs.indices.lazy.filter { courses[$0].start == nil }.map { dues[$0] }.filter { $0 > time }
                .min()
            if active.isEmpty {
                guard let coming else { break }
                time = coming
                continue
            }
            let rates = FairShare.rates(active.map { transfers[$0] }, over: capacities)
            let ends = zip(active, rates).map { time + Self.seconds(sizes[$0] - courses[$0].moved, $1) }
            let step = min(ends.min() ?? length, coming ?? length, length)
            for (position, index) in active.enumerated() {
                if ends[position] <= step {
                    courses[index].moved = sizes[index]
                    courses[index].end = step
                } else {
                    courses[index].moved += rates[position] * (step - time)
                }
            }
            time = step
        }
        return courses
    }

    /// Begins those whose turn it is.
    private func begin(_ courses: inout [Course], at time: Double) {
        var free = slots - courses.count { $0.start != nil && $0.end == nil }
        for index in jobs.indices where courses[index].start == nil && free > 0 {
            guard dues[index] <= time, needs[index].allSatisfy({ courses[$0].end != nil }) else { continue }
            courses[index].start = time
            free -= 1
        }
    }

    private static func seconds(_ bytes: Double, _ rate: Double) -> Double {
        bytes <= 0 || rate == .infinity ? 0 : bytes / rate
    }
}
