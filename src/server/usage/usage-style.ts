/** Dark and light as the person has it; one column where there is no room for more. */
export const usageStyle = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --ground: #fff; --text: #1f2328; --soft: #59636e; --line: #d1d9e0; --bar: #0969da; --bar-ground: #eff2f5; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --bar: #4493f8; --bar-ground: #1c2128; } }
* { box-sizing: border-box; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--text); }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: 0; }
.soft, dt, li span, .axis { color: var(--soft); font-size: .875rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 0; }
dl div { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
dd { margin: 0; font-size: 1.375rem; font-variant-numeric: tabular-nums; }
dd small { display: block; font-size: .8125rem; color: var(--soft); }
ul { list-style: none; margin: 0; padding: 0; }
li { margin: 0 0 .75rem; overflow-wrap: anywhere; }
li p { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
svg { display: block; width: 100%; height: .5rem; border-radius: .25rem; }
svg.hours { height: 8rem; border-radius: 0; }
.bar { fill: var(--bar); }
.ground { fill: var(--bar-ground); }
.axis { display: flex; justify-content: space-between; gap: 1rem; text-align: center; }
.axis span:not(:nth-child(2)) { flex: none; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .375rem .5rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
th { font-size: .875rem; font-weight: 600; color: var(--soft); }
@media (max-width: 40rem) {
  table, thead, tbody { display: block; }
  tr { display: grid; grid-template-columns: 1.5fr 1fr 1fr 1fr; border-bottom: 1px solid var(--line); padding: .375rem 0; }
  th, td { border: 0; padding: 0; }
  th:first-child, td:first-child { grid-column: 1 / -1; }
  th:nth-child(2), td:nth-child(2) { text-align: left; }
}
`;
