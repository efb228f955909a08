import { get } from './api.js';
import { h, swap } from './dom.js';

const SIZE = 50;

/**
 * A list that grows by a page when somebody wants to see more of it.
 * @param address Of the list, without a query.
 * @param name The member of its answers that holds the entries.
 * @param options.more On the button, such as `Show older rows`.
 * @param options.shown Makes elements of the entries so far; is told whether there are more.
 * @param options.signal Ends it.
 * @returns What to append, and a function that reads the list from its beginning, by a filter of one's choice.
 */
export function paged(address, name, { more, shown, signal }) {
  const list = h('section');
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const button = h('button', { type: 'button', hidden: true, onclick: () => read() }, more);
  let filter = {};
  let found = [];
  let next = null;
  let asked = 0;

  async function read() {
    const mine = ++asked;
    button.disabled = true;
    problem.hidden = true;
    try {
      const page = await get(`${address}?${new URLSearchParams({ limit: SIZE, ...filter, ...next && { after: next } })}`, { signal });
      if (mine === asked) {
        found = [...found, ...page[name]];
        next = page.next ?? null;
        button.hidden = next === null;
        swap(list, shown(found, next !== null));
      }
    } catch (fault) {
      if (mine === asked && !signal.aborted) {
        problem.textContent = fault.message;
        problem.hidden = false;
      }
    }
    button.disabled = false;
  }

  function begin(by = {}) {
    [filter, found, next] = [by, [], null];
    return read();
  }

  return { elements: [list, problem, h('div', { class: 'actions' }, button)], begin };
}
