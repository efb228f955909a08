import { h } from '../dom.js';
import { ago, sentence } from '../format.js';
import { listed } from '../listed.js';
import { link } from '../pages.js';
import { badge, table } from '../table.js';

export const title = () => 'Notices';

const KINDS = { active: 'warn', scheduled: '', closed: 'good' };

export const stateOf = ({ state }) => badge(state, KINDS[state]);

export function render(main, page) {
  const { app, session } = page;
  main.append(
    h('p', { class: 'soft' }, 'What end users are told, in the app, on the status page and in its feed.'),
    session.may('promote', app) && h('p', {}, h('a', { class: 'button primary', href: link('/apps/:app/notices/:notice', { app, notice: 'new' }) }, 'Write a notice')) || '');
  listed(main, page, 'notices', {
    label: 'Notices',
    shown: ({ notices }) => table([
      { title: 'Title', cell: one => h('a', { href: link('/apps/:app/notices/:notice', { app, notice: one.id }) }, one.texts.en.title) },
      { title: 'State', cell: stateOf },
      { title: 'Kind', cell: one => sentence(one.kind) },
      { title: 'Languages', cell: one => Object.keys(one.texts).join(', ') },
      { title: 'Written', cell: one => ago(one.createdAt) },
      { title: 'Closed', cell: one => one.closedAt && ago(one.closedAt) },
    ], notices, { caption: 'Notices, newest first', empty: 'No notice was written, and no incident told users of itself.' }),
  });
}
