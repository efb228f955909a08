import { all, path } from '../api.js';
import { confirm } from '../confirm.js';
import { h, swap } from '../dom.js';
import { ago, sentence, time, words } from '../format.js';
import { link } from '../pages.js';
import { badge, table, terms } from '../table.js';

// The way of a recovery; each step is written down before the next one begins.
const WAY = ['opened', 'verified', 'moved', 'confirmed', 'probed', 'resolved'];

const TO_COME = {
  verified: 'What each channel goes back to is proven.',
  moved: 'The channels point elsewhere.',
  confirmed: 'Every instance answers so.',
  probed: 'Synthetic devices install it.',
  resolved: 'The devices are back on a good release.',
};

const KINDS = { opened: 'bad', escalated: 'bad', resolved: 'good' };

export const stateOf = ({ state }) => badge(words(state), KINDS[state] ?? 'warn');

export const title = ({ version }) => `Incident of ${version}`;

export function render(main, { app, version, session, live }) {
  const address = path('apps', app, 'incidents', version);
  const about = h('section', { 'aria-label': 'What it is about' });
  const acts = h('div', { class: 'buttons' });
  const timeline = h('section', { 'aria-labelledby': 'timeline' });
  const moves = h('section', { 'aria-labelledby': 'moves' });
  main.append(about, acts, timeline, moves);

  const again = live(address, (incident, [tag]) => {
    swap(about, terms([
      ['State', stateOf(incident)],
      ['Release', h('a', { href: link('/apps/:app/releases/:version', { app, version }) }, version)],
      ['Kind', sentence(incident.kind)],
      ['Reason', incident.reason],
      ['Part of the fleet', incident.cells.join(', ') || 'all of it'],
      ['Opened', [time(incident.openedAt), h('small', {}, ` ${ago(incident.openedAt)}`)]],
      ['Closed', incident.closedAt && time(incident.closedAt)],
      ['Expected to be over', incident.estimatedResolution && ago(incident.estimatedResolution)],
    ]));
    swap(acts, session.may('rollback', app) && buttons(app, incident, order => act(address, tag, order, again)));
    swap(timeline, h('h2', { id: 'timeline' }, 'Timeline'), steps(incident));
    swap(moves, h('h2', { id: 'moves' }, 'Channels'), moved(incident));
  });
}

function steps({ kind, state, steps: taken }) {
  const ahead = kind === 'rollback' && WAY.includes(state) ? WAY.slice(WAY.indexOf(state) + 1) : [];
  return h('ol', { class: 'timeline' },
    taken.map(step => h('li', {},
      h('p', {}, stateOf(step), ' ', h('time', { datetime: step.at }, time(step.at)), h('span', { class: 'soft' }, ` by ${step.actor}`)),
      h('p', {}, step.note))),
    ahead.map(step => h('li', { class: 'ahead' }, h('p', {}, badge(words(step)), h('span', { class: 'soft' }, ` to come. ${TO_COME[step]}`)))));
}

const moved = ({ plan, moves }) => table([
  { title: 'Channel', cell: move => move.cell ? `${move.channel} for ${move.cell}` : move.channel },
  { title: 'What moves', cell: move => sentence(move.kind) },
  { title: 'To', cell: move => move.target },
  { title: 'Done', cell: move => move.isDone ? badge('there', 'good') : badge('planned') },
], [...moves.map(move => ({ ...move, isDone: true })), ...plan.filter(move => !moves.some(other => other.channel === move.channel && other.cell === move.cell))],
{ caption: 'Where channels go', empty: 'No channel has moved.' });

function buttons(app, incident, act) {
  const { version, state } = incident;
  const reason = { name: 'reason', label: 'Reason, for the ledger', required: true };
  const releases = async () => (await all(path('apps', app, 'releases'), 'releases', { most: 100 }))
    .filter(release => release.version !== version && !['withdrawn', 'collected'].includes(release.state)).map(release => release.version);
  const button = (text, order, kind) => h('button', { type: 'button', class: kind, onclick: async () => act(await order()) }, text);
  return [
    !['taken_over', 'resolved'].includes(state) && button('Take over', () => ({
      action: 'takeover', title: `Take over the incident of ${version}?`, verb: 'Take over', fields: [reason],
      explain: () => h('p', {}, 'The automation stops where it is. What is left to do is done by people.'),
      done: `The incident of ${version} is in your hands.`,
    })),
    state !== 'resolved' && button('Resolve', () => ({
      action: 'resolve', title: `Resolve the incident of ${version}?`, verb: 'Resolve', fields: [reason],
      explain: () => h('p', {}, 'It is over. If the release is paused, it is offered again; no channel moves.'),
      done: `The incident of ${version} is resolved.`,
    })),
    button('Roll forward', async () => ({
      action: 'rollforward', title: `Roll forward from ${version}?`, verb: 'Roll forward',
      fields: [{ name: 'to', label: 'To', kind: 'select', options: await releases(), required: true }, reason],
      explain: ({ to }) => h('p', {}, to ? `The channels that had ${version} lead to ${to}, once it is proven to be what was published.` : 'There is no other release to go to.'),
      done: ({ steps: taken }) => taken.at(-1).note,
    })),
    button('Roll back', async () => ({
      action: 'rollback', title: `Roll ${version} back?`, verb: 'Roll back', danger: true,
      fields: [{ name: 'to', label: 'To', kind: 'select', options: [['', 'the newest that is proven'], ...await releases()] }, reason],
      explain: ({ to }) => h('p', {}, `${version} is offered to nobody any more, and its channels go back to ${to ?? 'the newest release that devices can install'}.`),
      done: `${version} is withdrawn, and its channels go back.`,
    }), 'danger'),
  ];
}

async function act(address, match, { action, ...order }, again) {
  if (await confirm({ ...order, address, match, body: values => ({ action, ...values }) })) {
    await again();
  }
}
