/// How pages look: light or dark as the browser wishes, one column on a phone.
enum StyleSheet {
    /// The style sheet.
    static let text = """
        :root { --ground: #fbfbf9; --card: #fff; --ink: #1c1f23; --faint: #5c6470; --rule: #d9dce1; --link: #1f56b5;
          --good: #1d6b35; --warn: #8a5300; --bad: #b3261e; --live: #1f56b5; --bar: #5b8bd9; color-scheme: light dark; }
        @media (prefers-color-scheme: dark) { :root { --ground: #14171b; --card: #1c2026; --ink: #e7eaee; --faint: #a2abb7;
          --rule: #343b45; --link: #8db4f5; --good: #7cd294; --warn: #f0b35a; --bad: #ff9a90; --live: #8db4f5; --bar: #5b8bd9; } }
        * { box-sizing: border-box; }
        html { font: 16px/1.5 system-ui, sans-serif; background: var(--ground); color: var(--ink); }
        body { margin: 0 auto; max-width: 72rem; padding: 0 1rem 2rem; overflow-wrap: anywhere; }
        a { color: var(--link); }
        a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible,
        [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        main:focus { outline: none; }
        .skip { position: absolute; left: -100vw; }
        .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
        header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding: .75rem 0;
          border-bottom: 1px solid var(--rule); }
        .brand { font-weight: 700; text-decoration: none; color: var(--ink); font-size: 1.15rem; }
        nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1rem; list-style: none; margin: 0; padding: 0; }
        nav a { display: inline-block; padding: .3rem 0; text-decoration: none; }
        nav a[aria-current] { color: var(--ink); box-shadow: 0 2px var(--link); }
        .logout { margin-left: auto; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 1.25rem 0 1rem; }
        h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; }
        footer { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid var(--rule); color: var(--faint); }
        footer a { margin-left: 1rem; }
        .faint { color: var(--faint); }
        .sentence { font-size: 1.15rem; }
        .line { display: block; } .line + .line { margin-top: .2rem; }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 0 0 1rem; }
        .card { background: var(--card); border: 1px solid var(--rule); border-radius: .5rem; padding: .6rem .9rem; }
        .card dt { color: var(--faint); font-size: .875rem; }
        .card dd { margin: 0; font-size: 1.2rem; font-weight: 600; }
        .card.good dd { color: var(--good); } .card.warn dd { color: var(--warn); } .card.bad dd { color: var(--bad); }
        .facts > div, .tree > div { display: grid; grid-template-columns: minmax(7rem, 12rem) 1fr; gap: .1rem 1rem;
          padding: .25rem 0; border-bottom: 1px solid var(--rule); }
        dt { color: var(--faint); } dd { margin: 0; } dl dl { margin: 0; } dl dl > div { display: flex; gap: .75rem; flex-wrap: wrap; }
        dd > ul { margin: 0; padding-left: 1.2rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--faint); padding: .25rem 0; font-size: .875rem; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--rule);
          font-weight: 400; }
        th, td { overflow-wrap: break-word; } td:last-child { overflow-wrap: anywhere; min-width: 6rem; }
        details { margin: .75rem 0; }
        thead th { color: var(--faint); font-size: .875rem; white-space: nowrap; }
        th.figure, td.figure { text-align: right; white-space: nowrap; padding-right: 1.5rem; }
        .figure:last-child { padding-right: 0; } .actions { white-space: nowrap; }
        time { white-space: nowrap; }
        .badge { display: inline-block; border: 1px solid currentcolor; border-radius: 1rem; padding: 0 .55rem;
          font-size: .8125rem; line-height: 1.4rem; white-space: nowrap; color: var(--faint); }
        .badge.good { color: var(--good); } .badge.warn { color: var(--warn); } .badge.bad { color: var(--bad); }
        .badge.live { color: var(--live); }
        .notice { border-left: 4px solid var(--faint); background: var(--card); padding: .5rem 1rem; margin: 0 0 1rem; }
        .notice.good { border-color: var(--good); } .notice.warn { border-color: var(--warn); }
        .notice.bad { border-color: var(--bad); } .notice p { margin: .25rem 0; }
        progress { width: 8rem; height: .7rem; vertical-align: middle; margin-right: .5rem; accent-color: var(--bar); }
        button, input, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--faint);
          border-radius: .4rem; padding: .3rem .75rem; min-height: 2.25rem; }
        button { cursor: pointer; } button.bad { color: var(--bad); border-color: var(--bad); }
        button.plain { border-color: var(--rule); }
        .inline { display: inline-block; margin: 0 .4rem .25rem 0; }
        .filters, .sliders { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; margin-bottom: 1rem; }
        .filters input { width: 12rem; }
        .sliders { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); align-items: end; }
        .slider, .choice { display: grid; gap: .1rem; } .choice { grid-column: 1 / -1; justify-items: start; }
        .sliders button { justify-self: start; }
        .slider input { padding: 0; accent-color: var(--link); } .slider output { color: var(--faint); font-size: .875rem; }
        .login { display: grid; gap: .5rem; max-width: 26rem; } .login p { margin: 0; }
        .log { max-height: 22rem; overflow-y: auto; background: var(--card); border: 1px solid var(--rule);
          border-radius: .5rem; padding: .5rem .5rem .5rem 2.5rem; font-family: ui-monospace, monospace; font-size: .875rem; }
        code { font-family: ui-monospace, monospace; font-size: .9em; }
        svg text { fill: var(--ink); font-size: 12px; text-anchor: middle; }
        svg .small, svg .way { fill: var(--faint); font-size: 11px; } svg .name { font-weight: 600; font-size: 13px; }
        svg .end { text-anchor: end; fill: var(--faint); } svg .start, svg .day { text-anchor: start; fill: var(--faint); }
        .map text { paint-order: stroke; stroke: var(--ground); stroke-width: 4px; }
        .site { fill: var(--card); stroke: var(--link); stroke-width: 2; } .link, .rule { stroke: var(--rule); stroke-width: 1; }
        .link { stroke-width: 2; } .mark { fill: var(--bar); fill-opacity: .85; } .bar { fill: var(--bar); }
        .bar.total { fill: var(--ink); } .bar.good { fill: var(--good); }
        .curve { fill: none; stroke: var(--link); stroke-width: 2; }
        .map, .chart { width: 100%; max-width: 44rem; height: auto; } .square { max-width: 26rem; }
        .calendar { max-width: 100%; height: auto; }
        .wide { display: grid; gap: 1rem; }
        @media (max-width: 40rem) {
          thead { display: block; position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--rule); }
          th[scope=row], td { display: block; border: 0; padding: .15rem 0; text-align: right; white-space: normal; }
          th[scope=row]::after, td::after { content: ""; display: block; clear: both; }
          th[scope=row]::before, td::before { content: attr(data-label); color: var(--faint); float: left; font-weight: 400;
            margin-right: 1rem; }
          th[scope=row], td { overflow-wrap: anywhere; }
          td:empty { display: none; } th.figure, td.figure { padding-right: 0; }
          .map tspan.way { display: none; }
          .map tspan.small, .chart:not(.square) text { font-size: 20px; } .map tspan.name { font-size: 22px; }
          .calendar text.small, .calendar text.day { font-size: 23px; } .calendar circle { r: 9px; }
          th[scope=row] { font-weight: 600; } .facts > div { grid-template-columns: 1fr; }
          .filters { display: grid; grid-template-columns: auto 1fr; } .filters input, .filters select { width: 100%; }
          progress { width: 6rem; } .logout { margin-left: 0; }
        }
        @media (prefers-reduced-motion: no-preference) { progress { transition: none; } }
        """
}
