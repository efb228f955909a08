import { promote, withdraw } from '../acts.js';
import { all, path } from '../api.js';
import { chart } from '../chart.js';
import { h, swap } from '../dom.js';
import { evidence } from '../evidence.js';
import { ago, bytes, count, percent, sentence, time } from '../format.js';
import { link } from '../pages.js';
import { badge, table, terms } from '../table.js';
import { STATES } from './releases.js';

const HOUR = 3_600_000;

export const title = ({ version }) => version;

export function render(main, context) {
  const { app, version, session, signal, live } = context;
  const about = h('section', { 'aria-label': 'About' });
  const actions = h('div', { class: 'actions' });
  const figures = h('section', { 'aria-label': 'Outcomes', class: 'figures' });
  const [curve, against, cells, errors] = [1, 2, 3, 4].map(() => h('section', { class: 'card' }));
  main.append(about, actions, figures, h('div', { class: 'charts' }, curve, against), cells, errors);

  const address = path('apps', app, 'releases', version);
  let tag;
  let refresh = null;
  const then = act => async () => { if (await act()) { await refresh(); } };
  const button = (scope, name, kind, act) => session.may(scope, app) && h('button', { id: `act-${name.toLowerCase()}`, class: kind, onclick: then(act) }, name);

  refresh = live(address, (release, [newest]) => {
    tag = newest;
    swap(about, ...head(app, release));
    swap(actions,
      release.state !== 'withdrawn' && button('promote', 'Promote', 'primary', async () => promote(app, version, tag, (await all(path('apps', app, 'channels'), 'channels', { signal })).map(channel => channel.name))),
      release.state !== 'withdrawn' && button('rollback', 'Withdraw', '', () => withdraw(app, version, tag)));
    swap(figures, ...outcomes(release.outcomes.total));
    swap(against, h('h2', {}, 'Evidence against it'), ...evidence(release.evidence));
    swap(cells, h('h2', {}, 'Outcomes by part of the fleet'), byCell(release.outcomes.cells));
    if (!curve.hasChildNodes()) {
      swap(curve, h('h2', {}, 'Rollout'), h('p', { class: 'soft' }, 'No device has asked since it was published.'));
      follow(release);
    }
  });

  live(`${path('apps', app, 'errors')}?version=${encodeURIComponent(version)}`, answer =>
    swap(errors, h('h2', {}, 'What goes wrong on devices'), groups(answer.errors)), { every: 10_000 });

  // By the minute while it is new, and by the hour from then on.
  function follow({ createdAt }) {
    const age = Date.now() - new Date(createdAt);
    const step = age < HOUR ? 'minute' : age < 72 * HOUR ? 'hour' : 'day';
    const from = step === 'day' ? '' : `&from=${new Date(Math.max(new Date(createdAt), Date.now() - (step === 'minute' ? HOUR : 72 * HOUR))).toISOString()}`;
    live(`${path('apps', app, 'statistics')}?step=${step}&by=version${from}`, ({ times, series }) => {
      const own = series.find(one => one.name === version);
      if (own) {
        const counted = one => one.activeDevices ?? one.checks;
        const share = times.map((_, i) => {
          const whole = series.reduce((sum, one) => sum + counted(one)[i], 0);
          return whole === 0 ? null : counted(own)[i] / whole;
        });
        swap(curve, h('h2', {}, 'Rollout'),
          h('p', { class: 'soft' }, own.activeDevices ? `Of the devices of each ${step}, how many run it` : 'Of the checks of each minute, how many come from devices that run it'),
          chart(times, [{ name: 'Runs it', values: share }], { label: `Share of devices that run ${version}`, format: percent, signal, id: 'curve' }));
      }
    });
  }
}

function head(app, release) {
  const { notes } = release;
  return [
    h('p', { class: 'state' }, badge(release.state, STATES[release.state]),
      release.channels.map(({ channel, by }) => h('a', { href: link('/apps/:app/channels/:channel', { app, channel }) }, by === 'pointer' ? channel : `${channel} (${by})`)),
      h('span', { class: 'soft' }, `published ${ago(release.createdAt)}`)),
    release.because && h('p', {}, release.because),
    notes.notes && h('p', {}, notes.notes),
    h('details', { id: 'details' }, h('summary', {}, 'Details'), terms([
      ['Published', time(release.createdAt)],
      ['Number', count(release.sequence)],
      ['Size', `${bytes(release.size)} in ${count(release.files)} files`],
      ['Lowest native version', notes.minNative],
      ['Lowest version to go back to', notes.rollbackFloor],
      ['Link', notes.link],
      ['Comment', notes.comment],
      ['SHA-256 of the zip', h('code', {}, release.sha256)],
      ...release.forms.map(form => [`Signed with ${form.keyId}`, h('code', {}, form.sha256)]),
    ])),
  ];
}

function outcomes({ exposed, good, failed, recovered, capped }) {
  const figure = (name, value, note, kind = '') => h('div', { class: `figure ${kind}` }, h('h2', {}, name), h('p', { class: 'value' }, value), h('p', { class: 'soft' }, note));
  return [
    figure('Devices', count(exposed), capped > 0 ? `${count(capped)} more not counted, of crowded networks` : 'were offered it and took it'),
    figure('Good', count(good), good + failed > 0 ? `${percent(good / (good + failed))} of those that know` : 'it works on them', good > 0 ? 'good' : ''),
    figure('Failed', count(failed), 'it does not work on them', failed > 0 ? 'bad' : ''),
    figure('Not known yet', count(Math.max(0, exposed - good - failed)), 'have not said'),
    figure('Recovered', count(recovered), 'run something else after its withdrawal'),
  ];
}

const byCell = cells => table([
  { title: 'Part', cell: ([cell]) => cell.replace(':', ': ') },
  { title: 'Devices', number: true, cell: ([, tally]) => count(tally.exposed) },
  { title: 'Good', number: true, cell: ([, tally]) => count(tally.good) },
  { title: 'Failed', number: true, cell: ([, tally]) => count(tally.failed) },
  { title: 'Failing', number: true, cell: ([, { good, failed }]) => good + failed > 0 ? percent(failed / (good + failed)) : null },
  { title: 'Of all that know', cell: ([cell, { good, failed }]) => h('meter', { class: 'against', min: 0, max: 1, value: good + failed > 0 ? failed / (good + failed) : 0, 'aria-label': `Failing of ${cell}` }) },
], Object.entries(cells), { caption: 'Outcomes by part of the fleet', empty: 'No device has it yet.' });

const groups = errors => table([
  { title: 'Error', cell: error => [h('b', {}, error.line ?? sentence(error.code)), h('br'), h('small', {}, error.likelyCause)] },
  { title: 'Code', cell: error => h('code', {}, error.code) },
  { title: 'Where', cell: error => [error.os, error.plugin && `plugin ${error.plugin}`, error.native && `app ${error.native}`].filter(Boolean).join(', ') },
  { title: 'Devices', number: true, cell: error => count(error.devices) },
  { title: 'Last seen', cell: error => h('time', { datetime: error.lastSeenAt, title: time(error.lastSeenAt) }, ago(error.lastSeenAt)) },
  { title: 'Since', cell: error => error.recursFrom ? `seen on ${error.recursFrom} before` : 'new' },
], errors, { caption: 'Errors on devices', empty: 'No device reported an error.' });
