import { path } from './api.js';
import { h, swap } from './dom.js';
import { link } from './pages.js';

const SIZE = 50;

/**
 * A page of a list of an app, kept up to date, with links to the first one and to the next.
 * @param name Of the list, which has the same one in the API and in this page's address.
 * @param options.label What it lists.
 * @param options.shown Makes an element of an answer.
 * @param options.first On the link to the first page; `next` on the one to what comes behind.
 * @returns What reads the page anew.
 */
export function listed(main, { app, query, live }, name, { label, shown, kind, first = 'Newest', next: behind = 'Older' }) {
  const list = h('section', { 'aria-label': label, class: kind });
  const others = h('nav', { class: 'buttons', 'aria-label': 'Pages of the list' });
  const after = query.get('after');
  const here = link(`/apps/:app/${name}`, { app });
  main.append(list, others);
  return live(`${path('apps', app, name)}?${new URLSearchParams({ limit: SIZE, ...after && { after } })}`, answer => {
    swap(list, shown(answer));
    swap(others,
      after && h('a', { class: 'button', href: here }, first),
      answer.next && h('a', { class: 'button', href: `${here}?${new URLSearchParams({ after: answer.next })}` }, behind));
  });
}
