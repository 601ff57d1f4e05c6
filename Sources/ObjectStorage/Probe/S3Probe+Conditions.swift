internal import Hashing
internal import Model
internal import Storage

// What several writers need: puts that depend on what is there.
extension S3Probe {
    /// Whether `If-None-Match: *` is honoured, also where several try at once.
    func creation() throws -> S3Trait {
        let key = try key("created")
        guard try isRefused({ try store.put(key, [1], if: .absent) }) == false else {
            return S3Trait(.create, false, "refused although nothing was there")
        }
        guard try isRefused({ try store.put(key, [2], if: .absent) }) == true else {
            return S3Trait(.create, false, "ignored: what was there was replaced in silence")
        }
        guard try store.get(key, limit: ByteCount(9)) == [1] else {
            return S3Trait(.create, false, "refused, but what was there was replaced")
        }
        for race in 0..<Self.racesMax {
            let winners = try self.race(self.key("raced\(race)"), ["if-none-match": "*"])
            guard winners == 1 else {
                return S3Trait(.create, false, "\(winners) of \(Self.racersMax) succeed at once")
            }
        }
        return S3Trait(.create, true, "one of \(Self.racersMax) at once")
    }

    /// Whether `If-Match` is honoured, also where several try at once, and how the ETag is written for that.
    func replacement() throws -> (S3Capabilities.Replacing, S3Trait) {
        for form in [S3Capabilities.Replacing.quoted, .unquoted] {
            let other = S3Store(store, with(form))
            let key = try key("replaced-\(form.rawValue)")
            let old = try other.put(key, [1], if: .always)
            guard try isRefused({ try other.put(key, [2, 2], if: .matches(old)) }) == false else { continue }
            guard try isRefused({ try other.put(key, [3, 3, 3], if: .matches(old)) }) == true,
                try other.get(key, limit: ByteCount(9)) == [2, 2]
            else { return (form, S3Trait(.replace, false, "ignored: a newer version was replaced in silence")) }
            for race in 0..<Self.racesMax {
                let key = try self.key("replaced\(race)")
                let version = try other.put(key, [0, 0, 0, 0], if: .always)
                let tag = form == .quoted ? "\"\(version.token)\"" : version.token
                let winners = try self.race(key, ["if-match": tag])
                guard winners == 1 else {
                    return (form, S3Trait(.replace, false, "\(winners) of \(Self.racersMax) succeed at once"))
                }
            }
            return (form, S3Trait(.replace, true, "one of \(Self.racersMax) at once, ETags \(form.rawValue)"))
        }
        return (.ignored, S3Trait(.replace, false, "refused although the version was right"))
    }

    /// Whether the completion of an upload honours `If-None-Match: *`.
    func assembly() throws -> S3Trait {
        let key = try key("assembled")
        try store.put(key, [1], if: .always)
        let hopeful = S3Store(
            store,
            S3Capabilities(
                probed: store.capabilities.probed, writers: .many, creates: true, replacing: .quoted, assembles: true,
                checksums: false))
        let source = BytesSource(bytes: [2, 2])
        let refused = try isRefused { try S3Multipart(hopeful, key, source, .absent).run() }
        guard let refused else { return S3Trait(.assemble, false, "not understood: looked at beforehand instead") }
        guard refused else { return S3Trait(.assemble, false, "ignored: looked at beforehand instead") }
        return S3Trait(.assemble, true, "refused where something is there")
    }

    /// Whether bytes that are not those of `x-amz-checksum-sha256` are refused.
    func checksums() throws -> S3Trait {
        let key = try key("checked")
        var request = S3Request(method: .put, path: store.path(key))
        request.body = BytesSource(bytes: [1, 2, 3])
        request.headers = [("x-amz-checksum-sha256", Base64.encode(SHA256.hash([9])))]
        do {
            _ = try store.client.once(request)
            return S3Trait(.checksums, false, "ignored: the signature guards what is sent")
        } catch let failure as S3Failure where (400..<500).contains(failure.status) {
            request.headers = [("x-amz-checksum-sha256", Base64.encode(SHA256.hash([1, 2, 3])))]
            do {
                _ = try store.client.once(request)
            } catch let failure as S3Failure where (400..<500).contains(failure.status) {
                return S3Trait(.checksums, false, "refused although it is right: the signature guards what is sent")
            }
            return S3Trait(.checksums, true, "SHA-256, checked by the store")
        } catch let failure as S3Failure {
            throw store.error(failure, key)
        }
    }

    /// Whether a conditional put was refused; nil where the server does not understand it.
    private func isRefused(_ put: () throws -> BlobVersion) throws -> Bool? {
        do {
            _ = try put()
            return false
        } catch let error as PerigeeError where error.code == .conflict {
            return true
        } catch let error as PerigeeError where error.code == .unsupported {
            return nil
        }
    }

    /// How many of several puts with `headers`, begun at once, went through.
    private func race(_ key: BlobKey, _ headers: [String: String]) throws -> Int {
        let calls = try (0..<Self.racersMax).map { racer in
            var request = S3Request(method: .put, path: store.path(key))
            request.headers = headers.map { ($0.key, $0.value) }
            request.body = BytesSource(bytes: [UInt8](repeating: UInt8(racer), count: 10 + racer))
            return try store.client.begin(request)
        }
        return try calls.reduce(0) { winners, call in
            do {
                _ = try call.finish()
                return winners + 1
            } catch let failure as S3Failure where failure.status == 412 || failure.status == 409 {
                return winners
            } catch let failure as S3Failure {
                throw store.error(failure, key)
            }
        }
    }

    private func with(_ form: S3Capabilities.Replacing) -> S3Capabilities {
        var capabilities = store.capabilities
        capabilities.replacing = form
        return capabilities
    }
}
