/** Light, printable, no fonts from elsewhere. */
export const style = `
:root { --ink: #1b2430; --soft: #5b6776; --line: #dfe4ea; --paper: #ffffff; --tint: #f5f7fa; --accent: #0072b2; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--tint); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 28px 64px; background: var(--paper); }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -.01em; }
h2 { font-size: 20px; margin: 44px 0 12px; padding-bottom: 6px; border-bottom: 2px solid var(--line); }
h3 { font-size: 15px; margin: 24px 0 8px; }
p { margin: 6px 0 12px; max-width: 75ch; }
.lead { color: var(--soft); margin: 0; max-width: none; }
.notice { margin: 18px 0 22px; padding: 10px 14px; border-left: 4px solid #d55e00; background: #fdf3ec; max-width: none; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 12px; }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
.card b { display: block; font-size: 25px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.card span { display: block; color: var(--soft); font-size: 13px; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(330px, 1fr)); gap: 16px; }
figure { margin: 0; }
.chart { border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px 4px; }
figcaption { font-weight: 600; font-size: 14px; }
svg { display: block; width: 100%; height: auto; font-family: inherit; }
svg text { fill: var(--soft); font-size: 11px; }
svg .value, svg .category { fill: var(--ink); }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .mark { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 3; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 16px; }
.pictures img { width: 100%; height: 300px; object-fit: contain; background: #000; border-radius: 4px; display: block; }
.pictures figcaption, .pair figcaption { font-weight: 400; font-size: 12.5px; margin-top: 4px; overflow-wrap: anywhere; }
.pairs { display: grid; grid-template-columns: repeat(auto-fit, minmax(480px, 1fr)); gap: 18px; }
.pair { border: 1px solid var(--line); border-radius: 8px; padding: 10px; break-inside: avoid; }
.pair .row { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 6px; }
.pair img { width: 100%; height: 220px; object-fit: contain; background: #000; border-radius: 4px; display: block; }
.pair small { display: block; text-align: center; color: var(--soft); }
.key { display: inline-block; width: 22px; height: 0; border-top: 3px solid; vertical-align: middle; margin: 0 5px 0 12px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; }
th.n, td.n { text-align: right; overflow-wrap: normal; }
td.bar { width: 130px; }
td.bar i { display: block; height: 9px; margin-top: 6px; background: var(--accent); border-radius: 2px; min-width: 1px; }
details { margin: 10px 0; } summary { cursor: pointer; color: var(--accent); }
footer { margin-top: 48px; color: var(--soft); font-size: 12.5px; }
code { font-size: 12.5px; }
@media print { body { background: none; } main { max-width: none; padding: 0; } figure, tr, .card { break-inside: avoid; } details > * { display: block; } }
`;
