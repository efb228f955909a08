import { h } from './dom.js';

/**
 * A table that scrolls sideways by itself where it is too wide. On a phone each row is a block of its own, its cells below each other; the roles say to
 * screen readers that it is a table still.
 * @param columns `{ title, cell(row), number }`: a cell is text or an element; numbers stand at the right.
 * @param caption What it lists, for screen readers.
 * @param empty A sentence for when there are no rows.
 */
export function table(columns, rows, { caption, empty = 'There is nothing here yet.' }) {
  if (rows.length === 0) {
    return h('p', { class: 'empty' }, empty);
  }
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', { role: 'table' },
      h('caption', { class: 'hidden' }, caption),
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, columns.map(column =>
        h('th', { role: 'columnheader', scope: 'col', class: column.number ? 'number' : null }, column.title)))),
      h('tbody', { role: 'rowgroup' }, rows.map(row => h('tr', { role: 'row' }, columns.map((column, i) =>
        h(i === 0 ? 'th' : 'td', { role: i === 0 ? 'rowheader' : 'cell', scope: i === 0 ? 'row' : null, class: column.number ? 'number' : null, 'data-title': column.title },
          h('div', {}, column.cell(row) ?? '–'))))))));
}

/** A word with a colour: `good`, `warn`, `bad`, or none. The word says it, the colour only helps. */
export const badge = (text, kind = '') => h('span', { class: `badge ${kind}` }, text);

/** Names and values below each other; a value that is null is left out. */
export const terms = pairs => h('dl', { class: 'terms' },
  pairs.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
