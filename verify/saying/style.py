"""How the page looks: on a screen, on paper (A4), and without colours.

Verdicts differ by word, sign and frame as well as by colour. Text against its ground has a contrast
of at least 7:1 (WCAG 2.2, 1.4.6).
"""

CSS = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 2rem; max-width: 54rem; color: #16181d; background: #fff;
  font: 1rem/1.5 "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
h1, h2, h3, h4 { line-height: 1.25; break-after: avoid; }
h1 { margin: 0; font-size: 1.75rem; }
h2 { margin: 0 0 1rem; font-size: 1.3rem; overflow-wrap: anywhere; }
h3 { margin: 2rem 0 .6rem; font-size: 1.1rem; }
h4 { margin: 1.4rem 0 .4rem; font-size: 1rem; }
p, ul, dl, table, pre { margin: .5rem 0; }
header { padding-bottom: 1rem; border-bottom: 3px solid #16181d; }
header p { margin: .25rem 0 0; color: #3d424d; }
.bag { margin-top: 2rem; }
.bag + .bag { margin-top: 4rem; padding-top: 2rem; border-top: 3px solid #16181d; }
bdi, code, dd, td, li { overflow-wrap: anywhere; }
code, pre { font: .875em/1.45 "Cascadia Mono", "SF Mono", "Liberation Mono", Consolas, monospace; }
.mark { padding: 0 .2em; border: 1px solid #8a1c1c; border-radius: 2px; color: #8a1c1c;
  background: #fff; font: .8em/1.2 "Liberation Mono", Consolas, monospace; white-space: nowrap; }

.verdict { display: flex; gap: 1rem; align-items: center; padding: 1rem 1.2rem;
  border: 2px solid; border-left-width: 12px; break-inside: avoid; }
.verdict p { margin: 0; }
.verdict .word { display: block; font-size: 1.5rem; font-weight: 700; letter-spacing: .02em; }
.sign { flex: none; width: 3rem; font-size: 2.6rem; font-weight: 700; line-height: 1;
  text-align: center; }
.proved { color: #0d4a25; background: #eef7f0; border-color: #0d4a25; }
.open { color: #5a3b00; background: #fff8e6; border-color: #5a3b00; border-style: dashed;
  border-left-style: solid; }
.contradicted { color: #7a1212; background: #fdefef; border-color: #7a1212;
  border-style: double; border-width: 6px; border-left-width: 12px; }

.claims { margin: 1rem 0 0; padding: 0; list-style: none; border-top: 1px solid #9aa0ab; }
.claims > li { display: grid; grid-template-columns: 10rem 1fr; gap: 0 1rem; padding: .7rem 0;
  border-bottom: 1px solid #9aa0ab; break-inside: avoid; }
.claims p { margin: 0; }
.claims .question { color: #3d424d; }
.claims .why { margin: .2rem 0 0; font-size: .875rem; }
.badge { display: inline-block; padding: .1rem .6rem; border: 2px solid; font-weight: 700;
  font-size: .875rem; white-space: nowrap; }
.badge.contradicted { border-width: 3px; border-style: double; }

dl { display: grid; grid-template-columns: 10rem 1fr; gap: .35rem 1rem; }
dt { color: #3d424d; }
dd { margin: 0; }
.note { display: block; color: #3d424d; font-size: .875rem; }
.note code { font-size: .85em; }
.limits { padding: .2rem 1.2rem .6rem; border: 1px solid #5b616d; break-inside: avoid; }
.limits h3 { margin-top: .8rem; }
ul { padding-left: 1.3rem; }

.annex { margin-top: 2.5rem; border-top: 1px solid #16181d; font-size: .9rem; }
table { width: 100%; border-collapse: collapse; }
caption { padding: 0 0 .3rem; text-align: left; color: #3d424d; }
th, td { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #c5c9d0; text-align: left;
  vertical-align: top; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
td.number { text-align: right; white-space: nowrap; }
td.short code { overflow-wrap: normal; }
td.wide { min-width: 13em; }
.annex td code { font-size: .8em; }
td.short { white-space: nowrap; }
pre { padding: .5rem .7rem; border: 1px solid #c5c9d0; background: #f6f7f9;
  white-space: pre-wrap; overflow-wrap: anywhere; }

@media (max-width: 40rem) {
  body { padding: 1.2rem 1rem; }
  dl, .claims > li { grid-template-columns: 1fr; }
  dt { margin-top: .5rem; }
  th, td, td.short, td.wide { min-width: 0; overflow-wrap: anywhere; white-space: normal; }
}
@page { size: A4; margin: 15mm 17mm 17mm;
  @bottom-left { content: "Evidence report, holdfast-verify"; font: 8pt sans-serif; }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt sans-serif; } }
@media print {
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; line-height: 1.4; }
  header { padding-bottom: .5rem; }
  .verdict { padding: .6rem 1rem; }
  .bag, .bag + .bag { margin-top: 1rem; padding-top: 0; border-top: 0; }
  .overview + .bag, .bag + .bag, .annex { break-before: page; }
  h3 { margin-top: 1.2rem; }
  .claims > li { padding: .45rem 0; }
  .limits { padding-bottom: 0; font-size: .92em; }
  .limits ul { columns: 2; column-gap: 2rem; }
  .limits li { break-inside: avoid; }
  dl { gap: .2rem 1rem; }
  dt, dd, .whole { break-inside: avoid; }
  .annex { margin-top: 0; border-top: 0; font-size: 9pt; }
  .verdict, .badge, pre, .mark { print-color-adjust: exact; }
}
"""
