import { path } from '../api.js';
import { h } from '../dom.js';
import { ago, time } from '../format.js';
import { paged } from '../paged.js';
import { link } from '../pages.js';
import { badge, table } from '../table.js';

export const title = () => 'Quarantine';

export function render(main, { app, session, signal }) {
  const uploads = paged(path('apps', app, 'quarantine'), 'uploads', { more: 'Show more', signal, shown: found => table([
    { title: 'Upload', cell: one => one.upload.replace(`${app}/`, '') },
    { title: 'Code', cell: one => badge(one.code, 'bad') },
    { title: 'Why', cell: one => one.sentence },
    { title: 'Entry', cell: one => one.entry && h('span', { class: 'mono' }, one.entry) },
    { title: 'When', cell: one => h('time', { datetime: one.at, title: time(one.at) }, ago(one.at)) },
  ], found, { caption: 'Refused uploads', empty: 'No upload was refused.' }) });

  main.append(
    h('p', { class: 'soft' }, 'Uploads that intake refused, and why. Nothing in here reaches a device: mend the bundle and upload it again.'),
    session.may('upload', app) && h('p', {}, h('a', { class: 'button', href: link('/apps/:app/upload', { app }) }, 'Upload a bundle')) || '',
    ...uploads.elements);
  return uploads.begin();
}
