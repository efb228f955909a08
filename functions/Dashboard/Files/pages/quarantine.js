import { get, path } from '../api.js';
import { h, swap } from '../dom.js';
import { ago, time } from '../format.js';
import { link } from '../pages.js';
import { badge, table } from '../table.js';

export const title = () => 'Quarantine';

export function render(main, { app, session, signal }) {
  const list = h('div');
  const more = h('button', { type: 'button', hidden: true, onclick: () => read() }, 'Show more');
  let uploads = [];
  let next = null;

  async function read() {
    more.disabled = true;
    const page = await get(`${path('apps', app, 'quarantine')}?limit=50${next ? `&after=${encodeURIComponent(next)}` : ''}`, { signal });
    uploads = [...uploads, ...page.uploads];
    next = page.next ?? null;
    more.disabled = false;
    more.hidden = next === null;
    swap(list, table([
      { title: 'Upload', cell: one => one.upload.replace(`${app}/`, '') },
      { title: 'Code', cell: one => badge(one.code, 'bad') },
      { title: 'Why', cell: one => one.sentence },
      { title: 'Entry', cell: one => one.entry && h('span', { class: 'mono' }, one.entry) },
      { title: 'When', cell: one => h('time', { datetime: one.at, title: time(one.at) }, ago(one.at)) },
    ], uploads, { caption: 'Refused uploads', empty: 'No upload was refused.' }));
  }

  main.append(
    h('p', { class: 'soft' }, 'Uploads that intake refused, and why. Nothing in here reaches a device: mend the bundle and upload it again.'),
    session.may('upload', app) && h('p', {}, h('a', { class: 'button', href: link('/apps/:app/upload', { app }) }, 'Upload a bundle')) || '',
    list, more);
  return read();
}
