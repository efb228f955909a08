import { all, call, get, path } from '../api.js';
import { confirm } from '../confirm.js';
import { h, swap } from '../dom.js';
import { field } from '../form.js';
import { count, time, words } from '../format.js';
import { badge, table, terms } from '../table.js';

export const title = () => 'Devices';

/** A device is found by its id, which nobody stores: neither the server nor this page's address. */
export async function render(main, { app, session, signal }) {
  const channels = await all(path('apps', app, 'channels'), 'channels', { signal });
  const id = h('input', { id: 'device', type: 'text', required: true, autocomplete: 'off', spellcheck: 'false', placeholder: '44f128a5-ac7a-4c9a-be4c-224b6bf81b20',
    pattern: '[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}', size: 38 });
  const platform = h('select', { id: 'platform' }, ['android', 'ios', 'electron'].map(one => h('option', {}, one)));
  const build = h('input', { id: 'build', type: 'text', required: true, value: '1.0.0', autocomplete: 'off', size: 10 });
  const runs = h('input', { id: 'runs', type: 'text', autocomplete: 'off', size: 10, placeholder: 'builtin' });
  const plugin = h('input', { id: 'plugin', type: 'text', autocomplete: 'off', size: 10, placeholder: '8.51.23' });
  const follows = h('select', { id: 'follows' }, h('option', { value: '' }, 'the default'), channels.map(({ name }) => h('option', {}, name)));
  const found = h('div', { 'aria-live': 'polite' });

  async function show() {
    const device = id.value.trim();
    const asked = new URLSearchParams(Object.entries({
      platform: platform.value, version_build: build.value.trim(), version_name: runs.value.trim(), plugin_version: plugin.value.trim(), defaultChannel: follows.value,
    }).filter(([, value]) => value));
    try {
      const address = path('apps', app, 'devices', device);
      const [explained, pin, key] = await Promise.all([get(`${address}/explain?${asked}`, { signal }), get(`${address}/pin`, { signal }), get(`${address}/key`, { signal })]);
      swap(found, h('div', { class: 'buttons' }, buttons(app, session, channels, address, { pin, key }, show)), about(explained, pin, key), why(explained));
    } catch (fault) {
      if (!signal.aborted) {
        swap(found, h('p', { class: 'problem', role: 'alert' }, fault.message));
      }
    }
  }

  main.append(
    h('form', { class: 'card', onsubmit: event => { event.preventDefault(); show(); } },
      field('Device id', id, 'As the app shows it, from getDeviceId(). It is not stored: what is kept about a device is kept under a pseudonym.'),
      h('div', { class: 'row' }, field('Platform', platform), field('Native version', build), field('Runs', runs), field('Plugin', plugin), field('Channel', follows)),
      h('div', { class: 'buttons' }, h('button', { type: 'submit', class: 'primary' }, 'Explain'))),
    found);
}

const about = ({ channel, target, lead, outcome, answer, device }, pin, key) => h('section', { class: 'card', 'aria-labelledby': 'about' },
  h('h2', { id: 'about' }, `It would be answered: ${answer.url || answer.manifest ? answer.version : answer.message ?? answer.error ?? answer.version}`),
  terms([
    ['Channel', channel ?? 'none serves it'],
    ['Led to', target],
    ['Pinned', pin.version ?? (pin.channel && `to channel ${pin.channel}`)],
    ['Side of the rollout', lead?.side && `${words(lead.side)}, cohort ${count(lead.cohort)} of 10,000`],
    ['Detour', lead?.detour],
    ['Offered', outcome?.offeredAt && time(outcome.offeredAt)],
    ['Verdict', outcome && badge(outcome.verdict, { good: 'good', failed: 'bad' }[outcome.verdict] ?? '')],
    ['Failed with', outcome?.failureCode],
    ['Enrolled key', key.revokedAt ? `revoked ${time(key.revokedAt)}` : key.enrolledAt && `since ${time(key.enrolledAt)}`],
    ['Pseudonym', h('span', { class: 'mono' }, device)],
  ]));

const why = ({ trace, answer }) => h('section', { 'aria-labelledby': 'why' },
  h('h2', { id: 'why' }, 'Why'),
  table([
    { title: 'Rule', cell: step => step.rule },
    { title: 'Looked at', cell: step => step.inputs },
    { title: 'Said', cell: step => badge(step.verdict, step.verdict === 'pass' ? '' : 'warn') },
  ], trace, { caption: 'The rules, in the order in which they were asked; the last one decided' }),
  h('details', { id: 'answer' }, h('summary', {}, 'The answer itself'), h('pre', { tabindex: '0' }, JSON.stringify(answer, null, 2))));

function buttons(app, session, channels, address, { pin, key }, again) {
  const act = async order => await confirm(order) && again();
  return [
    session.may('promote', app) && h('button', { type: 'button', onclick: () => act({
      title: 'Pin the device?',
      method: 'PUT',
      address: `${address}/pin`,
      fields: [
        { name: 'channel', label: 'To channel', kind: 'select', options: [['', 'no channel, but a release'], ...channels.map(({ name }) => name)] },
        { name: 'version', label: 'or to release', hint: 'One of the two.' },
      ],
      explain: ({ channel, version }) => h('p', {}, `It is led to ${version ?? (channel ? `channel ${channel}` : 'what you choose')}, whatever its channel does, until it is let go.`),
      verb: 'Pin',
      done: 'The device is pinned.',
    }) }, 'Pin'),
    session.may('promote', app) && (pin.version || pin.channel) && h('button', { type: 'button', onclick: () => act({
      title: 'Let the device go?', method: 'DELETE', address: `${address}/pin`, verb: 'Let go',
      explain: () => h('p', {}, `It is pinned to ${pin.version ?? `channel ${pin.channel}`}, and follows its channel again from then on.`),
      done: 'The device follows its channel again.',
    }) }, 'Let go'),
    session.may('admin', app) && key.enrolledAt && !key.revokedAt && h('button', { type: 'button', class: 'danger', onclick: () => act({
      title: 'Revoke the key of the device?', method: 'DELETE', address: `${address}/key`, verb: 'Revoke', danger: true,
      explain: () => h('p', {}, 'Where its app asks for signed requests, it is answered as a stranger until it has another key.'),
      done: 'The key is revoked.',
    }) }, 'Revoke its key'),
    session.may('admin', app) && h('button', { type: 'button', class: 'danger', onclick: () => erase(address, again) }, 'Erase'),
  ];
}

async function erase(address, again) {
  const { data } = await call('DELETE', `${address}?dry_run=true`);
  const erased = await confirm({
    title: 'Erase what is held about the device?',
    method: 'DELETE',
    address,
    explain: () => [
      terms([['Outcomes', count(data.outcomes)], ['Pins', count(data.pins)], ['Keys', count(data.keys)], ['Codes', count(data.codes)], ['Chosen channels', count(data.chosenChannels)]]),
      h('p', {}, 'Gone for good. Numbers that it was counted in stay, and name nobody. If it checks in again, it is a new device.'),
    ],
    verb: 'Erase',
    danger: true,
    done: 'What was held about the device is gone.',
  });
  if (erased) {
    again();
  }
}
