// What acts do, in words, and the acts that several pages offer.

import { path } from './api.js';
import { confirm } from './confirm.js';
import { h } from './dom.js';
import { words } from './format.js';

/** What an act on a release does or would do: where channels lead from then on. */
export function described({ changes, stranded, notes }) {
  return [
    changes.length > 0
      ? h('ul', {}, changes.map(({ channel, kind, from, to, cell }) =>
        h('li', {}, h('b', {}, channel), cell ? ` for ${cell}` : '', kind === 'rollout' ? ' begins a rollout from ' : ' goes from ', h('b', {}, from), ' to ', h('b', {}, to))))
      : h('p', {}, 'No channel moves.'),
    stranded.length > 0 && h('p', {}, `There is nowhere to go for ${stranded.join(', ')}: it stays.`),
    notes.length > 0 && h('ul', { class: 'soft' }, notes.map(note => h('li', {}, note))),
  ];
}

export const promote = (app, version, match, channels) => confirm({
  title: `Promote ${version}?`,
  address: path('apps', app, 'releases', version),
  match,
  fields: [
    { name: 'channel', label: 'To the channel', kind: 'select', options: channels, value: channels[0], required: true },
    { name: 'allowDowngrade', label: 'Also when the channel offers a higher version', kind: 'check' },
  ],
  body: values => ({ action: 'promote', ...values }),
  dryRun: true,
  explain: described,
  verb: 'Promote',
  done: answer => `${version} was promoted: ${summary(answer)}.`,
});

export const withdraw = (app, version, match) => confirm({
  title: `Withdraw ${version}?`,
  address: path('apps', app, 'releases', version),
  match,
  fields: [
    { name: 'reason', label: 'Reason', hint: 'For the ledger.', required: true },
    { name: 'to', label: 'Back to', hint: 'A version; empty for the newest that is good.' },
  ],
  body: values => ({ action: 'withdraw', ...values }),
  dryRun: true,
  explain: answer => [h('p', {}, 'It is offered to nobody any more, and devices that run it are led back.'), ...described(answer)],
  verb: 'Withdraw',
  danger: true,
  done: answer => `${version} was withdrawn: ${summary(answer)}.`,
});

const summary = ({ changes }) => changes.length === 0 ? 'no channel moved' : changes.map(({ channel, to }) => `${words(channel)} leads to ${to}`).join(', ');
