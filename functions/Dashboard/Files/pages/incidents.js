import { h } from '../dom.js';
import { ago, sentence } from '../format.js';
import { listed } from '../listed.js';
import { link } from '../pages.js';
import { table } from '../table.js';
import { stateOf } from './incident.js';

export const title = () => 'Incidents';

export function render(main, page) {
  const { app } = page;
  listed(main, page, 'incidents', {
    label: 'Incidents',
    shown: ({ incidents }) => table([
      { title: 'Release', cell: one => h('a', { href: link('/apps/:app/incidents/:version', { app, version: one.version }) }, one.version) },
      { title: 'State', cell: one => stateOf(one) },
      { title: 'About', cell: one => [sentence(one.kind), one.cells.length > 0 && h('small', {}, ` ${one.cells.join(', ')}`)] },
      { title: 'Opened', cell: one => ago(one.openedAt) },
      { title: 'Reason', cell: one => one.reason },
    ], incidents, { caption: 'Incidents, newest first', empty: 'No incident yet: nothing was decided against a release.' }),
  });
}
