/**
 * The reference kit's look, scoped to its root: nothing outside is touched, nothing is inherited but the font's family.
 * Logical properties throughout, so that it mirrors for right-to-left; container queries, so that a narrow column of a
 * wide screen is treated like a phone.
 */
export const STYLES = `
.wk-root {
  --wk-page: #f6f7f9; --wk-surface: #ffffff; --wk-text: #1b1f24; --wk-muted: #59626d; --wk-line: #d8dde3; --wk-control: #7d8793;
  --wk-accent: #0f6b46; --wk-accent-text: #ffffff; --wk-link: #0b5aa8; --wk-focus: #0b5aa8; --wk-danger: #a31526; --wk-danger-text: #ffffff;
  --wk-neutral-bg: #e9ecf0; --wk-neutral-fg: #3c444d; --wk-info-bg: #e2eefd; --wk-info-fg: #0b4a8f;
  --wk-success-bg: #dcf3e5; --wk-success-fg: #0b5733; --wk-warning-bg: #fdeed0; --wk-warning-fg: #704000;
  --wk-danger-bg: #fce5e8; --wk-danger-fg: #971424;
  color-scheme: light; container-type: inline-size; color: var(--wk-text); background: var(--wk-page);
  font-size: 0.9375rem; line-height: 1.5; text-align: start;
}
@media (prefers-color-scheme: dark) {
  .wk-root {
    --wk-page: #121519; --wk-surface: #1b1f25; --wk-text: #e7eaee; --wk-muted: #a5aeb9; --wk-line: #333a43; --wk-control: #77818d;
    --wk-accent: #4cc38a; --wk-accent-text: #06170f; --wk-link: #8cc4ff; --wk-focus: #8cc4ff; --wk-danger: #ff9aa4; --wk-danger-text: #2a0508;
    --wk-neutral-bg: #2c323a; --wk-neutral-fg: #cbd2da; --wk-info-bg: #14304e; --wk-info-fg: #a6d0ff;
    --wk-success-bg: #113824; --wk-success-fg: #93e2b7; --wk-warning-bg: #3f300d; --wk-warning-fg: #f4ca80;
    --wk-danger-bg: #481a20; --wk-danger-fg: #ffb8bf;
    color-scheme: dark;
  }
}
.wk-root *, .wk-root *::before { box-sizing: border-box; }
.wk-root :where(h1, h2, h3, h4, p, dl, dd, ol, ul) { margin: 0; padding: 0; }
.wk-root :where(h1, h2, h3, h4) { line-height: 1.25; font-weight: 600; overflow-wrap: anywhere; }
.wk-root h1 { font-size: 1.5rem; }
.wk-root h2 { font-size: 1.125rem; }
.wk-root h3 { font-size: 0.9375rem; }
.wk-root h4 { font-size: 0.875rem; }
.wk-root :focus-visible { outline: 2px solid var(--wk-focus); outline-offset: 2px; }
.wk-root :is(h1, section):focus { outline: none; }
.wk-root q { quotes: none; display: block; border-inline-start: 3px solid var(--wk-line); padding-inline-start: 0.75rem; }
.wk-visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.wk-page { display: grid; gap: 1.25rem; padding: 1.5rem; max-inline-size: 68rem; margin-inline: auto; grid-template-columns: minmax(0, 1fr); }
.wk-page-head { display: grid; gap: 0.375rem; justify-items: start; }
.wk-section { display: grid; gap: 1rem; padding: 1.25rem; background: var(--wk-surface); border: 1px solid var(--wk-line); border-radius: 0.625rem; grid-template-columns: minmax(0, 1fr); }
.wk-section-head { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; justify-content: space-between; align-items: start; }
.wk-section-head > div { display: grid; gap: 0.25rem; flex: 1 1 16rem; min-inline-size: 0; }
.wk-stack { display: grid; gap: 0.75rem; grid-template-columns: minmax(0, 1fr); justify-items: start; }
.wk-stack > :is(form, .wk-stack, .wk-section, .wk-alert, .wk-facts, .wk-details, .wk-table-box, .wk-timeline, .wk-field, .wk-empty) { inline-size: 100%; }
.wk-row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.wk-muted { color: var(--wk-muted); }
.wk-text { overflow-wrap: anywhere; }
.wk-code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.875em; overflow-wrap: break-word; unicode-bidi: isolate; }

.wk-neutral { --wk-bg: var(--wk-neutral-bg); --wk-fg: var(--wk-neutral-fg); }
.wk-info { --wk-bg: var(--wk-info-bg); --wk-fg: var(--wk-info-fg); }
.wk-success { --wk-bg: var(--wk-success-bg); --wk-fg: var(--wk-success-fg); }
.wk-warning { --wk-bg: var(--wk-warning-bg); --wk-fg: var(--wk-warning-fg); }
.wk-danger { --wk-bg: var(--wk-danger-bg); --wk-fg: var(--wk-danger-fg); }
.wk-badge { display: inline-block; padding: 0.0625rem 0.5rem; border-radius: 1rem; font-size: 0.8125rem; font-weight: 500; background: var(--wk-bg); color: var(--wk-fg); border: 1px solid transparent; }
.wk-alert { display: grid; gap: 0.5rem; padding: 0.875rem 1rem; border-radius: 0.5rem; background: var(--wk-bg); color: var(--wk-fg); border-inline-start: 4px solid currentColor; overflow-wrap: anywhere; }
.wk-alert .wk-muted { color: inherit; }
.wk-alert-title { font-weight: 600; }

.wk-facts { display: grid; gap: 0.5rem 1.25rem; grid-template-columns: minmax(8rem, max-content) minmax(0, 1fr); }
.wk-facts dt { color: var(--wk-muted); overflow-wrap: anywhere; }
.wk-facts dd { min-inline-size: 0; overflow-wrap: anywhere; }

.wk-link { color: var(--wk-link); text-decoration: underline; text-underline-offset: 0.15em; background: none; border: 0; padding: 0; font: inherit; cursor: pointer; text-align: start; border-radius: 2px; }
.wk-back { justify-self: start; min-block-size: 1.5rem; }
.wk-button { min-block-size: 2.25rem; padding: 0.375rem 0.875rem; border-radius: 0.5rem; border: 1px solid var(--wk-control); background: var(--wk-surface); color: var(--wk-text); font: inherit; font-weight: 500; cursor: pointer; }
.wk-button-primary { background: var(--wk-accent); border-color: var(--wk-accent); color: var(--wk-accent-text); }
.wk-button-danger { background: var(--wk-danger); border-color: var(--wk-danger); color: var(--wk-danger-text); }
.wk-root [aria-disabled="true"] { cursor: not-allowed; opacity: 0.55; }
.wk-root [aria-busy="true"] { cursor: progress; opacity: 0.75; }

.wk-field { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem; max-inline-size: 32rem; justify-items: stretch; }
.wk-label { font-weight: 500; }
.wk-input { inline-size: 100%; min-block-size: 2.25rem; padding: 0.375rem 0.625rem; border-radius: 0.5rem; border: 1px solid var(--wk-control); background: var(--wk-surface); color: var(--wk-text); font: inherit; }
.wk-input[aria-invalid="true"] { border-color: var(--wk-danger); box-shadow: 0 0 0 1px var(--wk-danger); }
.wk-hint { font-size: 0.875rem; color: var(--wk-muted); }
.wk-error { font-size: 0.875rem; color: var(--wk-danger-fg); font-weight: 500; overflow-wrap: anywhere; }
select.wk-input { inline-size: auto; max-inline-size: 100%; justify-self: start; padding-inline-end: 0.375rem; }

.wk-switch { display: inline-flex; align-items: center; gap: 0.625rem; min-block-size: 1.75rem; padding: 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; border-radius: 1rem; }
.wk-switch-track { inline-size: 2.5rem; block-size: 1.5rem; border-radius: 1rem; border: 1px solid var(--wk-control); background: var(--wk-neutral-bg); padding: 2px; flex: none; }
.wk-switch-track::before { content: ""; display: block; inline-size: 1.125rem; block-size: 1.125rem; border-radius: 50%; background: var(--wk-control); }
.wk-switch[aria-checked="true"] .wk-switch-track { background: var(--wk-accent); border-color: var(--wk-accent); }
.wk-switch[aria-checked="true"] .wk-switch-track::before { margin-inline-start: auto; background: var(--wk-accent-text); }

.wk-table-box { container-type: inline-size; }
.wk-table { inline-size: 100%; border-collapse: collapse; }
.wk-table caption { text-align: start; }
.wk-table :is(th, td) { padding: 0.625rem 0.75rem; text-align: start; vertical-align: top; border-block-end: 1px solid var(--wk-line); font-weight: inherit; }
.wk-table thead th { color: var(--wk-muted); font-size: 0.8125rem; font-weight: 500; white-space: nowrap; }
.wk-table tbody tr:last-child > * { border-block-end: 0; }
.wk-table .wk-stack { gap: 0.25rem; }
.wk-table code { white-space: nowrap; }
.wk-cell-label { display: none; }
@container (max-width: 44rem) {
  .wk-table, .wk-table tbody, .wk-table tr, .wk-table :is(td, th) { display: block; }
  .wk-table thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .wk-table :is(tbody th, code) { white-space: normal; overflow-wrap: anywhere; }
  .wk-table tbody tr { padding-block: 0.75rem; border-block-end: 1px solid var(--wk-line); }
  .wk-table tbody tr:last-child { border-block-end: 0; }
  .wk-table tbody :is(th, td) { display: grid; grid-template-columns: minmax(5.5rem, 30%) minmax(0, 1fr); gap: 0.75rem; padding: 0.25rem 0; border: 0; }
  .wk-cell-label { display: block; color: var(--wk-muted); font-size: 0.875rem; }
}

.wk-details { display: grid; gap: 0.5rem; }
.wk-summary { min-block-size: 1.5rem; cursor: pointer; color: var(--wk-link); font-size: 0.875rem; inline-size: fit-content; border-radius: 2px; }
.wk-details > :not(summary) { margin-block-start: 0.5rem; }
.wk-timeline { list-style: none; display: grid; gap: 0; }
.wk-timeline-item { position: relative; display: grid; grid-template-columns: 1.75rem minmax(0, 1fr) auto; gap: 0.25rem 0.75rem; padding-block-end: 1rem; }
.wk-timeline-item:not(:last-child)::before { content: ""; position: absolute; inset-block: 1.75rem 0; inset-inline-start: 0.8125rem; inline-size: 2px; background: var(--wk-line); }
.wk-timeline-icon { inline-size: 1.75rem; block-size: 1.75rem; border-radius: 50%; display: grid; place-items: center; background: var(--wk-bg); color: var(--wk-fg); }
.wk-timeline-sentence { padding-block-start: 0.125rem; overflow-wrap: anywhere; }
.wk-timeline-time { padding-block-start: 0.125rem; color: var(--wk-muted); font-variant-numeric: tabular-nums; white-space: nowrap; }
.wk-timeline-more { grid-column: 2 / -1; }
.wk-timeline-more:empty { display: none; }

.wk-empty { display: grid; gap: 0.5rem; justify-items: start; padding: 1.25rem; border: 1px dashed var(--wk-control); border-radius: 0.5rem; }
.wk-empty-title { font-weight: 600; }
.wk-loading { display: grid; gap: 0.5rem; inline-size: 100%; }
.wk-bar { block-size: 1rem; border-radius: 0.25rem; background: var(--wk-neutral-bg); animation: wk-pulse 1.4s ease-in-out infinite; }
.wk-bar:nth-child(3) { inline-size: 60%; }
@keyframes wk-pulse { 50% { opacity: 0.4; } }
@media (prefers-reduced-motion: reduce) { .wk-bar { animation: none; } }

.wk-dialog { max-inline-size: min(30rem, calc(100vw - 2rem)); padding: 1.25rem; border: 1px solid var(--wk-line); border-radius: 0.75rem; background: var(--wk-surface); color: var(--wk-text); }
.wk-dialog[open] { display: grid; gap: 0.75rem; }
.wk-dialog::backdrop { background: rgb(0 0 0 / 0.5); }
.wk-dialog-text { display: grid; gap: 0.5rem; }
.wk-dialog-actions { display: flex; flex-wrap: wrap; gap: 0.5rem; justify-content: end; margin-block-start: 0.5rem; }
.wk-notices { position: fixed; inset-block-end: 1rem; inset-inline: 1rem; display: grid; gap: 0.5rem; justify-items: end; pointer-events: none; z-index: 10; }
.wk-notice { padding: 0.625rem 0.875rem; border-radius: 0.5rem; background: var(--wk-bg); color: var(--wk-fg); border: 1px solid currentColor; max-inline-size: 28rem; display: flex; gap: 0.75rem; align-items: start; pointer-events: auto; }
.wk-notice-close { min-inline-size: 1.5rem; min-block-size: 1.5rem; border: 0; border-radius: 0.25rem; background: none; color: inherit; cursor: pointer; font: inherit; }

@container (max-width: 40rem) {
  .wk-page { padding: 1rem 0.75rem; gap: 1rem; }
  .wk-section { padding: 1rem; }
}
@container (max-width: 26rem) {
  .wk-facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .wk-facts dd { margin-block-end: 0.625rem; }
}
`;
