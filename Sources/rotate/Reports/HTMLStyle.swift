/// The page's style sheet. Colours are named once for light and once for dark; paper is light.
enum HTMLStyle {
  static let text = """

    :root {
      --paper: #fbfaf6; --ink: #1d1e20; --soft: #5a5e65; --rule: #dcd9d0; --sheet: #f2f0e8;
      --link: #1c4f86; --good: #17664a; --warn: #7a4d00; --bad: #9d261d;
      --published: #1d7a58; --grace: #b3721a; --held: #b8402d; --soak: #66758a; --other: #8b8778;
      --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Noto Serif", Georgia, serif;
      --sans: ui-sans-serif, system-ui, "Segoe UI", "Helvetica Neue", "Noto Sans", sans-serif;
      --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Consolas, monospace;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --paper: #15171a; --ink: #e6e3db; --soft: #a5a8ae; --rule: #34373d; --sheet: #1f2226;
        --link: #92b9ec; --good: #6cc9a0; --warn: #e3b25c; --bad: #ff9386;
        --published: #45ab82; --grace: #d99a3c; --held: #e56e58; --soak: #8a9ab0; --other: #858276;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 3rem) 3rem; max-width: 72rem;
      background: var(--paper); color: var(--ink); font: 0.9375rem/1.5 var(--sans);
      font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
    }
    h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
    ul, ol { list-style: none; }
    a { color: var(--link); text-underline-offset: 0.15em; }
    a:focus-visible, button:focus-visible, [tabindex]:focus-visible {
      outline: 2px solid var(--link); outline-offset: 2px;
    }
    code { font: 0.875em var(--mono); }
    time { white-space: nowrap; }
    .kind, h2, thead th, .facts dt, .word { letter-spacing: 0.02em; }

    .kind { color: var(--soft); font-size: 0.875rem; }
    .kind b { color: var(--ink); }
    h1 {
      margin: 0.5rem 0 0.375rem; max-width: 34em; font: 500 clamp(1.5rem, 4.5vw, 2.125rem)/1.2 var(--serif);
      text-wrap: balance;
    }
    .lead { color: var(--soft); }
    .facts { display: flex; flex-wrap: wrap; gap: 0.5rem 2.25rem; margin-top: 1.25rem; }
    .facts dt { color: var(--soft); font-size: 0.75rem; }

    section { margin-top: 2.25rem; }
    h2 {
      padding-bottom: 0.375rem; border-bottom: 1px solid var(--ink);
      font-size: 0.875rem; font-weight: 600;
    }
    .word { font-weight: 600; }
    .failed > .word, .state.failed { color: var(--bad); }
    .act > .word, .due > .word, .notReached > .word, .state.act, .state.due { color: var(--warn); }
    .done > .word, .state.done { color: var(--good); }
    .state { font-size: 0.8125rem; font-weight: 600; }
    .state.well { color: var(--soft); font-weight: 400; }

    .notes > li { margin-top: 0.625rem; padding-left: 4.75rem; }
    .notes > li > .word { float: left; margin-left: -4.75rem; }
    .notes .more { color: var(--soft); }
    .notes .code { white-space: nowrap; }
    .attention > li { padding-top: 0.375rem; }
    .attention > li + li { border-top: 1px solid var(--rule); margin-top: 0.375rem; }

    .wide { overflow-x: auto; }
    table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
    th, td { padding: 0.375rem 1rem 0.375rem 0; text-align: left; vertical-align: baseline; }
    th:last-child, td:last-child { padding-right: 0; }
    thead th { color: var(--soft); font-weight: 400; white-space: nowrap; }
    tbody th { font-weight: 600; overflow-wrap: break-word; }
    tbody th a:not(:hover) { text-decoration: none; }
    .days { display: inline-block; min-width: 2.75rem; }
    tbody tr { border-top: 1px solid var(--rule); }
    tbody tr:hover { background: var(--sheet); }
    td { overflow-wrap: normal; }
    td.number, td code { white-space: nowrap; }
    td .soft { color: var(--soft); white-space: nowrap; }
    th button {
      margin: 0; padding: 0; border: 0; background: none; color: inherit; font: inherit;
      letter-spacing: inherit; cursor: pointer;
    }
    th button::after { content: "\\2195"; padding-left: 0.3em; opacity: 0.55; }
    th[aria-sort=ascending] button::after { content: "\\2191"; opacity: 1; }
    th[aria-sort=descending] button::after { content: "\\2193"; opacity: 1; }
    th[aria-sort=ascending], th[aria-sort=descending] { color: var(--ink); }
    .age { display: inline-block; width: 4.5rem; height: 8px; margin-left: 0.625rem; }
    .age .track { fill: var(--rule); }
    .age .past { fill: var(--other); }
    .age .past.published { fill: var(--published); }
    .age .past.due { fill: var(--grace); }
    .age .past.overdue { fill: var(--held); }
    .age .tick { stroke: var(--ink); }

    .legend {
      display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0.75rem 0 0.25rem;
      color: var(--soft); font-size: 0.8125rem;
    }
    .legend li { white-space: nowrap; }
    .legend svg { vertical-align: -4px; margin-right: 0.4rem; overflow: visible; }

    article { padding: 1.25rem 0 1.5rem; }
    article + article { border-top: 1px solid var(--rule); }
    .head { display: flex; flex-wrap: wrap; gap: 0 0.875rem; align-items: baseline; }
    h3 { font-size: 1.0625rem; font-weight: 600; }
    .policy { color: var(--soft); font-size: 0.8125rem; }
    figure { margin-top: 1rem; }
    .closer { margin: 0.625rem 0 0; color: var(--soft); font-size: 0.8125rem; }
    .line { display: block; overflow: hidden; }
    .line text { font: 12px var(--sans); fill: var(--ink); }
    .line .id {
      font-family: var(--mono); paint-order: stroke; stroke: var(--paper); stroke-width: 5px;
    }
    .line .role { font-family: var(--sans); fill: var(--soft); }
    .line .tick { font-size: 11px; fill: var(--soft); text-anchor: middle; }
    .line .nowword { font-size: 11px; font-weight: 600; }
    .grid { stroke: var(--rule); }
    .now { stroke: var(--ink); }
    .older { fill: none; stroke: var(--other); stroke-width: 1.5; }
    rect.earlier, rect.foreign { fill: var(--other); stroke: var(--other); }
    rect.published { fill: var(--published); stroke: var(--published); }
    rect.grace { fill: var(--grace); stroke: var(--grace); }
    rect.held { fill: var(--held); stroke: var(--held); }
    rect.soak { fill: var(--soak); stroke: var(--soak); }
    .line rect, .legend rect { stroke-width: 0; }
    rect.planned { fill-opacity: 0.16; stroke-width: 1; stroke-dasharray: 3 2; }
    .mark { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5; }
    .line .mark rect { stroke-width: 1.5; }
    .mark.published, .mark.used, .mark.due { fill: var(--ink); }
    .mark.superseded, .mark.deleted, .mark.created, .mark.overdue { fill: none; }
    .mark.overdue { stroke: var(--held); stroke-dasharray: 3 2; }
    .mark.due.planned { fill: var(--paper); }
    .mark.deactivated { fill: var(--ink); }
    .mark.deactivated.planned { fill: var(--paper); }

    .lives {
      display: grid; grid-template-columns: max-content 1fr; gap: 0.375rem 1.25rem;
      margin-top: 0.5rem; font-size: 0.8125rem;
    }
    .lives .why { color: var(--soft); }
    .lives li { display: inline-block; }
    .lives li:not(:last-child)::after {
      content: "\\2192"; padding: 0 0.4em; color: var(--soft); font-style: normal;
    }
    .lives .planned { color: var(--soft); font-style: italic; }

    footer {
      margin-top: 2.5rem; padding-top: 0.75rem; border-top: 1px solid var(--rule);
      color: var(--soft); font-size: 0.8125rem;
    }
    .unseen {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap;
    }

    @media screen and (max-width: 44rem) {
      body { padding-top: 1.5rem; }
      .minor { display: none; }
      .line .spare { display: none; }
      th, td { padding-right: 0.625rem; }
      tbody th { max-width: 9rem; }
      td time { white-space: normal; }
      td .day { white-space: nowrap; }
      .lives { display: block; }
      .lives dd { margin-bottom: 0.5rem; }
      .age { display: block; margin: 0.125rem 0 0; width: 3rem; }
      .legend li { white-space: normal; }
    }
    @media print {
      @page { margin: 14mm; }
      :root { color-scheme: light; }
      body { padding: 0; max-width: none; font-size: 9.5pt; background: #fff; }
      table { font-size: 8.5pt; }
      th, td { padding-right: 0.75rem; }
      .age { width: 3rem; }
      article, tr, .attention > li { break-inside: avoid; }
      h2, .head, .legend { break-after: avoid; }
      thead { display: table-header-group; break-inside: avoid; }
      a { color: inherit; text-decoration: none; }
      /* A button of its own keeps Chromium from repeating the head on each page. */
      th button { display: contents; }
      th button::after { content: none; }
      .line, .legend svg, .age { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      .wide { overflow: visible; }
    }

    """
}
