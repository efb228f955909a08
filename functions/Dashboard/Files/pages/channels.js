import { path } from '../api.js';
import { h, swap } from '../dom.js';
import { link } from '../pages.js';
import { badge, pager, table } from '../table.js';

export const title = () => 'Channels';

export function render(main, { app, query, live }) {
  const list = h('section', { 'aria-label': 'Channels' });
  const more = h('nav', { class: 'buttons', 'aria-label': 'Pages of the list' });
  const after = query.get('after');
  main.append(list, more);
  const version = name => name === 'builtin' ? name : h('a', { href: link('/apps/:app/releases/:version', { app, version: name }) }, name);
  live(`${path('apps', app, 'channels')}?limit=50${after ? `&after=${encodeURIComponent(after)}` : ''}`, ({ channels, next }) => {
    swap(list, table([
      { title: 'Channel', cell: row => h('a', { href: link('/apps/:app/channels/:channel', { app, channel: row.name }) }, row.name) },
      { title: 'Leads to', cell: row => version(row.target) },
      { title: 'Rolling out', cell: row => row.candidate && version(row.candidate) },
      { title: 'Platforms', cell: ({ policy }) => ['android', 'ios', 'electron'].filter(platform => policy[platform]).join(', ') },
      { title: 'Devices may choose it', cell: ({ policy }) => badge(policy.allowSelfSet ? 'yes' : 'no') },
      { title: 'New devices', cell: ({ policy }) => badge(policy.public ? 'begin here' : 'no', policy.public ? 'good' : '') },
    ], channels, { caption: 'Channels, oldest first', empty: 'The first upload makes a channel.' }));
    swap(more, ...pager(link('/apps/:app/channels', { app }), { after, next, first: 'Oldest', more: 'Newer' }));
  });
}
