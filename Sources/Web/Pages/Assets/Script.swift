/// What pages do while they are open: figures move, parts are read anew, sliders ask again.
///
/// Without it all still works.
enum Script {
    /// The script.
    static let text = #"""
        "use strict";
        (() => {
          const size = (n) => {
            if (n == null) return "\u2013";
            const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
            let i = 0;
            while (n >= 1024 && i < units.length - 1) { n /= 1024; i += 1; }
            return (i === 0 || n >= 100 ? n.toFixed(0) : n.toFixed(n >= 10 ? 1 : 2)) + " " + units[i];
          };
          const duration = (s) => {
            if (s == null || !isFinite(s)) return "\u2013";
            s = Math.round(s);
            if (s < 60) return s + " s";
            if (s < 3600) return Math.floor(s / 60) + " min " + (s % 60) + " s";
            return Math.floor(s / 3600) + " h " + (Math.floor(s / 60) % 60) + " min";
          };
          const live = document.getElementById("live");

          // Parts of the page are read anew from the page itself.
          let pending = 0;
          let isReading = false;
          const refresh = () => {
            if (pending || !document.querySelector("[data-part]")) return;
            pending = setTimeout(async () => {
              pending = 0;
              if (isReading) return refresh();
              isReading = true;
              try {
                const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
                if (answer.redirected) { location.reload(); return; }
                if (!answer.ok) return;
                const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
                for (const old of document.querySelectorAll("[data-part]")) {
                  const part = fresh.getElementById(old.id);
                  if (!part) continue;
                  if (old.dataset.log) relog(old, part);
                  else if (!old.contains(document.activeElement)) old.replaceChildren(...part.childNodes);
                  else keepFocus(old, part);
                }
              } catch { /* The daemon is away; the stream says so. */ } finally { isReading = false; }
            }, 400);
          };
          const keepFocus = (old, part) => {
            const id = document.activeElement.closest("form")?.getAttribute("action");
            old.replaceChildren(...part.childNodes);
            if (id) old.querySelector('form[action="' + CSS.escape(id) + '"] button')?.focus();
          };

          // A run that moves.
          const show = (run) => {
            const p = run.progress;
            if (!p) return;
            for (const row of document.querySelectorAll("[data-run]")) {
              if (row.dataset.run !== run.run) continue;
              const set = (name, text) => {
                const field = row.querySelector("[data-field=" + name + "]");
                if (field) field.textContent = text;
              };
              set("state", run.state);
              set("phase", p.phase);
              set("logical", size(p.logical));
              set("wire", size(p.wire));
              set("rate", size(p.wire_per_second) + "/s");
              set("left", duration(p.seconds_left));
              const bar = row.querySelector("progress");
              if (bar) {
                bar.hidden = false;
                if (p.total_logical > 0) bar.value = Math.min(1, p.logical / p.total_logical); else bar.removeAttribute("value");
              }
            }
          };
          // A log grows at its end, and stays there while its end is looked at.
          const atEnd = (lines) => lines.scrollTop + lines.clientHeight >= lines.scrollHeight - 8;
          const relog = (old, part) => {
            // Lines that came meanwhile stay: there are never fewer.
            if (part.childElementCount < old.childElementCount) return;
            const follow = atEnd(old);
            old.replaceChildren(...part.childNodes);
            if (follow) old.scrollTop = old.scrollHeight;
          };
          const log = (entry) => {
            const lines = document.querySelector("[data-log]");
            if (!lines || lines.dataset.log !== entry.run) return;
            const follow = atEnd(lines);
            const line = document.createElement("li");
            const time = document.createElement("time");
            const text = document.createElement("span");
            time.dateTime = entry.at;
            time.textContent = entry.at.slice(0, 19).replace("T", " ");
            text.textContent = entry.text;
            line.append(time, " ", text);
            lines.append(line);
            if (follow) lines.scrollTop = lines.scrollHeight;
          };
          if (document.querySelector("[data-part]")) {
            const stream = new EventSource("/v1/events");
            const read = (event) => { try { return JSON.parse(event.data); } catch { return null; } };
            // What happened between the page and its stream, or while there was none, is seen by reading once more.
            stream.addEventListener("hello", () => { live.textContent = "Live. "; refresh(); });
            stream.addEventListener("progress", (event) => {
              const run = read(event);
              if (run) show(run);
            });
            stream.addEventListener("log", (event) => {
              const entry = read(event);
              if (entry) log(entry);
            });
            for (const kind of ["run", "schedule", "replica", "configuration", "missed"]) stream.addEventListener(kind, refresh);
            stream.onerror = () => { live.textContent = "Not live: the daemon does not answer. "; };
            addEventListener("pagehide", () => stream.close());
          }

          // Parts that take longer come after the page.
          const load = async (place, address) => {
            try {
              const answer = await fetch(address, { headers: { Accept: "text/html" } });
              const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
              place.replaceChildren(...fresh.body.childNodes);
            } catch { place.textContent = "It could not be read."; }
          };
          for (const place of document.querySelectorAll("[data-load]")) load(place, place.dataset.load);

          // What-ifs.
          const form = document.querySelector("[data-part-form]");
          if (form) {
            let wait = 0;
            form.addEventListener("input", () => {
              for (const output of form.querySelectorAll("[data-factor]")) {
                output.textContent = Math.pow(10, form.elements[output.dataset.factor].value).toFixed(2) + " times";
              }
              clearTimeout(wait);
              wait = setTimeout(() => {
                const query = new URLSearchParams(new FormData(form));
                load(document.getElementById("decision"), form.dataset.partForm + "?" + query);
              }, 200);
            });
          }
        })();
        """#
}
