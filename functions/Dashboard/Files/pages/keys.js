import { path } from '../api.js';
import { confirm } from '../confirm.js';
import { h, swap } from '../dom.js';
import { ago, count, percent } from '../format.js';
import { badge } from '../table.js';

export const title = ({ app }) => app ? 'Keys' : 'Keys of all apps';

const KINDS = { active: 'good', retired: 'warn', disabled: 'bad' };

export function render(main, { app, session, live }) {
  const address = app ? path('apps', app, 'keys') : path('keys');
  const whose = app ?? 'all apps';
  const list = h('section', { 'aria-label': 'Signing keys', class: 'cards' });
  main.append(h('p', { class: 'soft' }, `Which keys are good for ${whose}, how far the releases in use are signed with each, and how many devices carry it.`), list);
  const again = live(address, ({ keys }) => swap(list, keys.length === 0
    ? h('p', { class: 'empty' }, 'No key yet: the first is known when the first release is signed.')
    : keys.map(key => card(key, session.may('keys', app ?? null) && buttons(address, whose, key, () => again())))));
}

function card(key, acts) {
  const { signed, inUse } = key.releases;
  const { carrying, seen } = key.devices;
  return h('section', { class: 'card', 'aria-label': `Key ${key.keyId}` },
    h('h2', { class: 'mono' }, key.keyId),
    h('p', {}, badge(key.state, KINDS[key.state]), h('span', { class: 'soft' }, ` known since ${ago(key.knownSince)}`)),
    key.answer && h('p', {}, key.answer === 'builtin' ? 'Devices with it are sent back to the bundle inside the app.' : 'Devices with it stay where they are.'),
    progress('Releases signed', signed, inUse, `${count(signed)} of ${count(inUse)} in use`, `signed-${key.name}`),
    progress('Devices carrying it', carrying, seen, `${count(carrying)} of ${count(seen)} seen in 30 days`, `carried-${key.name}`),
    acts && h('div', { class: 'buttons' }, acts));
}

const progress = (name, part, all, note, id) => h('div', { class: 'progress' },
  h('label', { for: id }, name),
  h('meter', { id, min: 0, max: Math.max(all, 1), value: part }),
  h('p', { class: 'soft' }, all > 0 ? `${note} (${percent(part / all)})` : note));

function buttons(address, whose, { keyId, name, state, devices }, again) {
  const reason = { name: 'reason', label: 'Reason, for the ledger' };
  const button = (text, act, order, kind) => h('button', {
    type: 'button',
    class: kind,
    onclick: async () => await confirm({ ...order, address: `${address}/${encodeURIComponent(name)}/${act}` }) && again(),
  }, text);
  const carried = devices.carrying > 0 ? `${count(devices.carrying)} of ${count(devices.seen)} devices may still carry it.` : 'No device seen in 30 days carries it.';
  return [
    state === 'active' && button('Retire', 'retire', {
      title: `Retire ${keyId}?`, verb: 'Retire', fields: [{ name: 'force', label: 'Although devices still carry it (needs a reason)', kind: 'check' }, reason],
      explain: () => [h('p', {}, `For ${whose} it signs nothing new, and devices that still carry it are told to update the app.`), h('p', {}, carried)],
      done: `${keyId} is retired.`,
    }),
    state !== 'disabled' && button('Disable', 'disable', {
      title: `Disable ${keyId}?`, verb: 'Disable', danger: true,
      fields: [{ name: 'answer', label: 'What devices with it do', kind: 'select', options: [['builtin', 'go back to the bundle inside the app'], ['block', 'stay where they are']] }, reason],
      explain: ({ answer }) => [h('p', {}, `For ${whose} nothing that it signed is offered any more. Devices with it ${answer === 'block' ? 'stay where they are' : 'go back to the bundle inside the app'}.`), h('p', {}, carried)],
      done: `${keyId} is disabled.`,
    }, 'danger'),
    state !== 'active' && button('Enable', 'enable', {
      title: `Enable ${keyId}?`, verb: 'Enable', fields: [{ ...reason, required: state === 'disabled' }],
      explain: () => h('p', {}, `For ${whose} it signs releases again, and what it signed is offered.`),
      done: `${keyId} is active.`,
    }),
  ];
}
