import { h } from '../dom.js';
import { ago, bytes, count, time } from '../format.js';
import { listed } from '../listed.js';
import { link } from '../pages.js';
import { badge, table } from '../table.js';

export const STATES = { offered: 'good', paused: 'warn', withdrawn: 'bad' };

export const title = () => 'Releases';

export function render(main, page) {
  const { app } = page;
  listed(main, page, 'releases', {
    label: 'Releases',
    shown: ({ releases }) => table([
      { title: 'Version', cell: row => h('a', { href: link('/apps/:app/releases/:version', { app, version: row.version }) }, row.version) },
      { title: 'State', cell: row => badge(row.state, STATES[row.state]) },
      { title: 'Channels', cell: row => row.channels.length > 0 ? row.channels.map(({ channel, by }) => badge(by === 'pointer' ? channel : `${channel} · ${by}`)) : null },
      { title: 'Published', cell: row => h('time', { datetime: row.createdAt, title: time(row.createdAt) }, ago(row.createdAt)) },
      { title: 'Files', number: true, cell: row => count(row.files) },
      { title: 'Size', number: true, cell: row => bytes(row.size) },
      { title: 'Notes', cell: row => row.notes },
    ], releases, { caption: 'Releases, newest first', empty: 'Nothing was published yet.' }),
  });
}
