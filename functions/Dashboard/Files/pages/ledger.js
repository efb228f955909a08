import { get, path } from '../api.js';
import { h, swap } from '../dom.js';
import { count, time } from '../format.js';
import { paged } from '../paged.js';
import { badge, table } from '../table.js';

// Groups of kinds, by what they begin with, are too many to choose from: these are looked for most.
const KINDS = [
  'release.published', 'release.promoted', 'release.withdrawn', 'channel.moved', 'channel.changed', 'rollout.started', 'rollout.changed', 'rollout.finished', 'rollout.aborted',
  'incident.opened', 'incident.resolved', 'approval.given', 'approval.break_glass', 'bundle.uploaded', 'bundle.rejected', 'device.pinned', 'device.erased',
  'key.added', 'key.retired', 'key.disabled', 'notice.published', 'authentication.changed',
];

// How far each app's chain was followed, for as long as the page is open: the next time goes on from there.
const followed = new Map();

export const title = () => 'Ledger';

export function render(main, { app, signal }) {
  const address = path('apps', app, 'ledger');
  const kind = h('input', { id: 'kind', type: 'text', list: 'kinds', placeholder: 'all', autocomplete: 'off' });
  const rows = paged(address, 'rows', { more: 'Show older rows', signal, shown: (found, hasMore) => table([
    { title: 'Row', number: true, cell: row => h('span', { title: `hash ${row.hash}` }, count(row.number)) },
    { title: 'When', cell: row => h('time', { datetime: row.at }, time(row.at)) },
    { title: 'What', cell: row => row.kind },
    { title: 'To', cell: row => h('span', { class: 'subject' }, row.subject) },
    { title: 'Who', cell: row => row.actor },
    { title: 'Why', cell: row => h('span', { class: 'why' }, row.why) },
  ], found, { caption: 'What was done, newest first', empty: hasMore ? 'None of that kind among the newest rows.' : 'Nothing of that kind was done.' }) });
  const begin = () => rows.begin(kind.value.trim() ? { kind: kind.value.trim() } : {});

  kind.addEventListener('change', begin);
  main.append(
    verification(app, address, signal),
    h('label', { class: 'field filter', for: 'kind' }, h('span', {}, 'Kind'), kind, h('datalist', { id: 'kinds' }, KINDS.map(one => h('option', { value: one })))),
    ...rows.elements);
  return begin();
}

/** Follows the chain a part at a time, until its end or until one has seen enough, and goes on from there the next time. */
function verification(app, address, signal) {
  const bar = h('progress', { id: 'followed', max: 1, value: 0, hidden: true, 'aria-label': 'Rows followed' });
  const says = h('p', { role: 'status' });
  const button = h('button', { type: 'button', onclick: () => running ? stop() : run() }, 'Verify');
  let running = false;

  function show({ through, rows, isComplete, defect }) {
    bar.max = Math.max(rows, 1);
    bar.value = through;
    bar.hidden = false;
    swap(says, defect ? [badge('broken', 'bad'), ` ${defect}`]
      : isComplete ? [badge('holds', 'good'), ` Each of ${count(rows)} rows follows from the one before.`]
      : `${count(through)} of ${count(rows)} rows follow from the one before.`);
    button.textContent = running ? 'Stop' : isComplete ? 'Verify what is new' : defect ? 'Verify again' : `Go on behind row ${count(through)}`;
  }

  function stop() {
    running = false;
    button.textContent = 'Stopping …';
  }

  async function run() {
    running = true;
    button.textContent = 'Stop';
    let part = followed.get(app);
    try {
      do {
        part = await get(`${address}/verification${part ? `?after=${part.through}&hash=${part.hash}` : ''}`, { signal });
        // A chain that broke is followed from its beginning again.
        part.defect ? followed.delete(app) : followed.set(app, part);
        show(part);
      } while (running && !part.isComplete && !part.defect);
    } catch (fault) {
      if (!signal.aborted) {
        swap(says, fault.message);
      }
    }
    running = false;
    if (part) {
      show(part);
    } else {
      button.textContent = 'Verify';
    }
  }

  signal.addEventListener('abort', () => { running = false; });
  if (followed.has(app)) {
    show(followed.get(app));
  }
  return h('section', { class: 'card', 'aria-labelledby': 'chain' },
    h('h2', { id: 'chain' }, 'The chain'),
    h('p', { class: 'soft' }, 'Each row holds the hash of the one before it, so that none can be changed unseen. The command verify also holds them against signed seals.'),
    bar, says, button);
}
