import { path } from '../api.js';
import { h, swap } from '../dom.js';
import { ago, count } from '../format.js';
import { link } from '../pages.js';
import { badge, table } from '../table.js';

export const title = () => 'Apps';

export function render(main, { live }) {
  const list = h('section', { 'aria-label': 'Apps' });
  main.append(list);
  live(`${path('apps')}?limit=100`, ({ apps }) => swap(list, table([
    { title: 'App', cell: app => h('a', { href: link('/apps/:app', { app: app.id }) }, app.id) },
    { title: 'Newest release', cell: app => app.lastRelease && [app.lastRelease.version, h('small', {}, ` ${ago(app.lastRelease.createdAt)}`)] },
    { title: 'Releases', number: true, cell: app => count(app.releases) },
    { title: 'Channels', number: true, cell: app => count(app.channels) },
    { title: 'Incidents', cell: app => app.openIncidents > 0 ? badge(`${app.openIncidents} open`, 'bad') : badge('none', 'good') },
  ], apps, { caption: 'Apps', empty: 'No app yet. The first bundle that is pushed makes one: see the README for how.' })));
}
