import { path } from '../api.js';
import { chart } from '../chart.js';
import { h, swap } from '../dom.js';
import { bytes, compact, count, percent } from '../format.js';
import { link } from '../pages.js';
import { badge, table } from '../table.js';

const MOST_VERSIONS = 5;

// Of so many steps as the server answers with when it is not told.
const RANGES = {
  hour: { name: 'Hour', step: 'minute' },
  day: { name: 'Day', step: 'hour' },
  month: { name: 'Month', step: 'day' },
};

export const title = ({ app }) => app;

export function render(main, context) {
  const { app, live, query } = context;
  const range = RANGES[query.get('range')] ? query.get('range') : 'day';
  const figures = h('section', { 'aria-label': 'Now', class: 'figures' });
  const state = h('p', { class: 'state' });
  const charts = h('div', { class: 'charts wide' });
  const versions = h('section', { 'aria-labelledby': 'versions' });
  main.append(state, figures, ranges(app, range), charts, versions);

  live([path('apps', app), `${path('apps', app, 'statistics')}/overview`], ({ openIncidents, lastRelease }, now) => {
    swap(state, openIncidents > 0 ? badge(`${openIncidents} open ${openIncidents === 1 ? 'incident' : 'incidents'}`, 'bad') : badge('No open incident', 'good'),
      lastRelease ? h('span', { class: 'soft' }, 'Newest release ', h('a', { href: link('/apps/:app/releases/:version', { app, version: lastRelease.version }) }, lastRelease.version)) : null);
    swap(figures,
      figure('Active devices today', count(now.activeDevicesToday), 'different ones, within 1.6 %'),
      figure('Success rate', percent(now.lastDay.successRate), `${count(now.lastDay.good)} good, ${count(now.lastDay.failed)} failed in a day`, rateKind(now.lastDay)),
      figure('Checks per minute', count(now.lastMinute.checks), `${compact(now.lastHour.checks)} in the last hour`),
      figure('Downloads per minute', count(now.lastMinute.downloads), `${compact(now.lastHour.downloads)} in the last hour`),
      figure('Saved by delta', bytes(now.lastDay.sparedBytes), `${bytes(now.lastDay.downloadedBytes)} downloaded in a day`));
    swap(versions, h('h2', { id: 'versions' }, 'Versions in use today'), table([
      { title: 'Version', cell: row => named(app, row.version) },
      { title: 'Devices', number: true, cell: row => count(row.devices) },
      { title: 'Share', number: true, cell: row => percent(row.share) },
      { title: 'Of all', cell: row => h('meter', { min: 0, max: 1, value: row.share, 'aria-label': `Share of ${row.version}` }) },
    ], now.adoption, { caption: 'Versions in use today', empty: 'No device has checked in today.' }));
  });

  const series = `${path('apps', app, 'statistics')}?step=${RANGES[range].step}`;
  live([`${series}&by=version`, series], (byVersion, whole) => swap(charts, drawn(byVersion, whole, range, context)), { every: 10_000 });
}

function drawn(byVersion, whole, range, { signal }) {
  const sum = whole.series[0] ?? null;
  const per = RANGES[range].step;
  const section = (name, note, content) => h('section', { class: 'card' }, h('h2', {}, name), h('p', { class: 'soft' }, note), content);
  if (sum === null) {
    return [h('p', { class: 'empty' }, 'Nothing was counted in this time: devices have not asked yet.')];
  }
  const line = (name, values) => ({ name, values });
  const plus = (a, b) => a.map((value, i) => value + b[i]);
  const adopted = adoption(byVersion);
  return [
    section('Adoption', range === 'hour' ? 'Checks by the version that the device runs, as shares' : `Active devices by version, as shares of each ${per}`,
      chart(byVersion.times, adopted, { label: 'Adoption of each version over time', format: percent, stacked: true, signal, id: 'adoption' })),
    section('Success rate', 'Share of the devices on which a release works, of those that have said so',
      chart(whole.times, [line('Success rate', sum.good.map((good, i) => good + sum.failed[i] === 0 ? null : good / (good + sum.failed[i])))],
        { label: 'Success rate over time', format: percent, signal, id: 'success' })),
    section('Checks and downloads', `In each ${per}`,
      chart(whole.times, [line('Checks', sum.checks), line('Downloads', plus(sum.zipDownloads, sum.fileDownloads))], { label: `Checks and downloads of each ${per}`, signal, id: 'traffic' })),
    section('Active devices', range === 'hour' ? 'Counted by the hour and the day' : `Different ones in each ${per}`,
      sum.activeDevices ? chart(whole.times, [line('Devices', sum.activeDevices)], { label: `Active devices of each ${per}`, signal, id: 'devices' })
        : h('p', { class: 'empty' }, 'Choose a day or a month to see them.')),
    section('Bytes', 'What downloads took, and what sending only changed files has saved',
      chart(whole.times, [line('Downloaded', sum.downloadedBytes), line('Saved', sum.sparedBytes)], { label: `Bytes downloaded and saved in each ${per}`, format: bytes, signal, id: 'bytes' })),
  ];
}

/** Shares of the most used versions, and of all others together. */
function adoption({ times, series }) {
  const counted = series.map(one => ({ name: one.name, values: one.activeDevices ?? one.checks }))
    .map(one => ({ ...one, sum: one.values.reduce((a, b) => a + b, 0) }))
    .filter(one => one.sum > 0)
    .sort((a, b) => b.sum - a.sum);
  const rest = counted.slice(MOST_VERSIONS);
  const shown = counted.slice(0, MOST_VERSIONS);
  if (rest.length > 0) {
    shown.push({ name: 'all others', values: times.map((_, i) => rest.reduce((sum, one) => sum + one.values[i], 0)) });
  }
  const totals = times.map((_, i) => shown.reduce((sum, one) => sum + one.values[i], 0));
  return shown.map(one => ({ name: one.name, values: one.values.map((value, i) => totals[i] === 0 ? null : value / totals[i]) }));
}

const ranges = (app, chosen) => h('nav', { class: 'tabs', 'aria-label': 'Time shown' }, Object.entries(RANGES).map(([key, { name }]) =>
  h('a', { href: `${link('/apps/:app', { app })}?range=${key}`, 'aria-current': key === chosen ? 'true' : null }, name)));

const figure = (name, value, note, kind = '') => h('div', { class: `figure ${kind}` }, h('h2', {}, name), h('p', { class: 'value' }, value), h('p', { class: 'soft' }, note));

const rateKind = ({ successRate }) => successRate === null || successRate === undefined ? '' : successRate < 0.95 ? 'bad' : successRate < 0.99 ? 'warn' : 'good';

const named = (app, version) => version === 'builtin' || version === 'other' ? version : h('a', { href: link('/apps/:app/releases/:version', { app, version }) }, version);
