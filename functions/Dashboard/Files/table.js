import { h } from './dom.js';

/**
 * A table that scrolls sideways by itself where it is too wide.
 * @param columns `{ title, cell(row), number }`: a cell is text or an element; numbers stand at the right.
 * @param caption What it lists, for screen readers.
 * @param empty A sentence for when there are no rows.
 */
export function table(columns, rows, { caption, empty = 'There is nothing here yet.' }) {
  if (rows.length === 0) {
    return h('p', { class: 'empty' }, empty);
  }
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', {},
      h('caption', { class: 'hidden' }, caption),
      h('thead', {}, h('tr', {}, columns.map(column => h('th', { scope: 'col', class: column.number ? 'number' : null }, column.title)))),
      h('tbody', {}, rows.map(row => h('tr', {}, columns.map((column, i) =>
        h(i === 0 ? 'th' : 'td', { scope: i === 0 ? 'row' : null, class: column.number ? 'number' : null }, column.cell(row) ?? '–')))))));
}

/** Links to the other pages of a list: to the `first` one, and to the one with `more`, if there are any. */
export const pager = (address, { after, next, first, more }) => [
  after && h('a', { class: 'button', href: address }, first),
  next && h('a', { class: 'button', href: `${address}?after=${encodeURIComponent(next)}` }, more),
];

/** A word with a colour: `good`, `warn`, `bad`, or none. The word says it, the colour only helps. */
export const badge = (text, kind = '') => h('span', { class: `badge ${kind}` }, text);

/** Names and values below each other; a value that is null is left out. */
export const terms = pairs => h('dl', { class: 'terms' },
  pairs.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
