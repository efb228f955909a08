import { h } from '../dom.js';
import { listed } from '../listed.js';
import { link } from '../pages.js';
import { badge, table } from '../table.js';

export const title = () => 'Channels';

export function render(main, page) {
  const { app } = page;
  const version = name => name === 'builtin' ? name : h('a', { href: link('/apps/:app/releases/:version', { app, version: name }) }, name);
  listed(main, page, 'channels', {
    label: 'Channels', first: 'Oldest', next: 'Newer',
    shown: ({ channels }) => table([
      { title: 'Channel', cell: row => h('a', { href: link('/apps/:app/channels/:channel', { app, channel: row.name }) }, row.name) },
      { title: 'Leads to', cell: row => version(row.target) },
      { title: 'Rolling out', cell: row => row.candidate && version(row.candidate) },
      { title: 'Platforms', cell: ({ policy }) => ['android', 'ios', 'electron'].filter(platform => policy[platform]).join(', ') },
      { title: 'Devices may choose it', cell: ({ policy }) => badge(policy.allowSelfSet ? 'yes' : 'no') },
      { title: 'New devices', cell: ({ policy }) => badge(policy.public ? 'begin here' : 'no', policy.public ? 'good' : '') },
    ], channels, { caption: 'Channels, oldest first', empty: 'The first upload makes a channel.' }),
  });
}
