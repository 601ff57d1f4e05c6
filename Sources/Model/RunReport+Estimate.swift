extension RunReport {
    /// Takes over what was foreseen of a run that is not made: figures that are not certain by their middle.
    public mutating func take(_ foreseen: EstimateReport) {
        dryRun = true
        snapshot = foreseen.snapshot
        files = foreseen.files
        chunks = foreseen.chunks
        bytes.logical = foreseen.bytes.logical.p50
        bytes.read = foreseen.bytes.read.p50
        bytes.missing = foreseen.bytes.missing.p50
        bytes.reused = foreseen.bytes.reused.p50
        bytes.wireSent = foreseen.bytes.wireSent.p50
        bytes.wireReceived = foreseen.bytes.wireReceived.p50
        bytes.stored = foreseen.bytes.stored.p50
        requests.put = foreseen.requests.put.p50
        requests.get = foreseen.requests.get.p50
        requests.list = foreseen.requests.list.p50
        seconds.total = foreseen.took
        peakMemory = foreseen.peakMemory
        estimate = foreseen.estimate
        isEstimateAsked = true
        failures = foreseen.failures
        warnings = foreseen.warnings
    }
}
