import { get, path } from '../api.js';
import { confirm } from '../confirm.js';
import { h, swap } from '../dom.js';
import { ago, count, percent, sentence } from '../format.js';
import { link } from '../pages.js';
import { badge, table, terms } from '../table.js';

const FLAGS = {
  public: 'New devices begin here',
  allowSelfSet: 'Devices may choose it',
  allowUnderNative: 'Offers what is older than the native app',
  android: 'Android',
  ios: 'iOS',
  electron: 'Electron',
  prod: 'Production builds',
  dev: 'Development builds',
  device: 'Real devices',
  emulator: 'Emulators',
};

const VERSIONS = [
  ['major', 'Not over the major version of the native app'],
  ['minor', 'Within its major and minor version'],
  ['patch', 'Only its very version'],
  ['version_number', 'Only releases that say which native app they need'],
  ['none', 'Any'],
];

export const title = ({ channel }) => channel;

export function render(main, context) {
  const { app, channel, session, live } = context;
  const address = path('apps', app, 'channels', channel);
  const [state, rollout, ramp, policy] = [h('p', { class: 'state' }), ...[1, 2, 3].map(() => h('section', { class: 'card' }))];
  main.append(state, h('div', { class: 'stack' }, rollout, ramp, policy));
  const may = session.may('promote', app);
  let refresh = null;
  const button = (name, kind, act) => may && h('button', { id: `act-${name.toLowerCase().replaceAll(' ', '-')}`, class: kind, onclick: async () => { if (await act()) { await refresh(); } } }, name);
  const version = name => name === 'builtin' ? name : h('a', { href: link('/apps/:app/releases/:version', { app, version: name }) }, name);

  refresh = live([address, `${address}/rollout`, `${address}/ramp`], (about, running, steps, [match]) => {
    const order = (title, action, explain, verb, more = {}) => confirm({
      title, address: `${address}/rollout`, match, body: values => ({ action, ...values }), explain: () => h('p', {}, explain), verb,
      fields: [...(more.fields ?? []), { name: 'reason', label: 'Reason', hint: 'For the ledger.' }], danger: more.danger, done: `${sentence(action)}: done.`,
    });
    swap(state, h('span', {}, 'Leads to ', version(about.target)), about.candidate && badge('rolling out', 'warn'), about.policy.public && badge('new devices begin here', 'good'));
    swap(rollout, h('h2', {}, 'Rollout'), ...shown(running, version, button, order, steps));
    swap(ramp, h('h2', {}, 'Ramp'),
      h('p', { class: 'soft' }, steps.stages.length > 0 ? `A new release comes to more devices step by step; ${steps.controlPercent} % are held back until the end.` : 'A new release is offered to everybody at once.'),
      steps.stages.length > 0 && stages(steps.stages, null),
      h('div', { class: 'buttons' }, button('Change ramp', '', () => changeRamp(address, match, steps))));
    swap(policy, h('h2', {}, 'Whom it serves'),
      terms([['Versions', VERSIONS.find(([key]) => key === about.policy.versions)[1]],
        ...Object.entries(FLAGS).map(([key, name]) => [name, badge(about.policy[key] ? 'yes' : 'no', about.policy[key] ? 'good' : '')])]),
      h('div', { class: 'buttons' }, button('Change policy', '', () => changePolicy(address, match, about.policy))));
  });

  async function start(order) {
    const { releases } = await get(`${path('apps', app, 'releases')}?limit=50`);
    return order('Start a rollout?', 'start', 'It comes to the first step of the ramp, and goes on while the release is well.', 'Start', {
      fields: [{ name: 'version', label: 'Release', kind: 'select', options: releases.filter(release => release.state === 'offered').map(release => release.version), required: true }],
    });
  }

  function shown({ rollout: running }, version, button, order, steps) {
    if (!running) {
      return [h('p', { class: 'soft' }, 'None runs.'), steps.stages.length > 0 && h('div', { class: 'buttons' }, button('Start', 'primary', () => start(order)))];
    }
    return [
      h('p', { class: 'state' }, version(running.candidate), badge(running.paused ? 'paused' : 'running', running.paused ? 'warn' : 'good'),
        h('span', { class: 'soft' }, `step ${running.stage} of ${running.stages.length}, since ${ago(running.since)}`)),
      h('meter', { class: 'wide', min: 0, max: 100, value: running.percent, 'aria-label': 'Share of the fleet' }),
      terms([
        ['Of the fleet', `${running.percent} %`], ['Held back', `${running.controlPercent} %`], ['Took it', count(running.exposed)],
        ['Good', count(running.good)], ['Failed', count(running.failed)],
        ['Success', running.good + running.failed > 0 ? percent(running.good / (running.good + running.failed)) : '–'],
        ['Next step', running.waitingFor ?? 'It is due.'],
      ]),
      stages(running.stages, running.stage),
      h('div', { class: 'buttons' },
        running.paused ? button('Resume', 'primary', () => order('Resume the rollout?', 'resume', `${running.candidate} is offered to more devices again.`, 'Resume'))
          : button('Pause', '', () => order('Pause the rollout?', 'pause', `${running.candidate} is offered to nobody new. Who has it keeps it.`, 'Pause')),
        button('Raise', '', () => order('Lead more devices to it?', 'raise', `Now ${running.percent} % of the fleet are led to ${running.candidate}.`, 'Raise',
          { fields: [{ name: 'percent', label: 'Percent of the fleet', kind: 'number', value: Math.min(100, running.percent + 10), required: true }] })),
        button('Finish', '', () => order('Finish the rollout?', 'finish', `${running.candidate} becomes what the channel leads everybody to.`, 'Finish')),
        button('Abort', '', () => order('Abort the rollout?', 'abort', 'Everybody is led to the stable release, those on the candidate, too.', 'Abort', { danger: true }))),
    ];
  }
}

const stages = (list, current) => table([
  { title: 'Step', cell: ([stage, i]) => [`${i + 1}`, current === i + 1 && [' ', badge('now', 'good')]] },
  { title: 'Of the fleet', number: true, cell: ([stage]) => `${stage.percent} %` },
  { title: 'Lasts at least', number: true, cell: ([stage]) => stage.soak },
  { title: 'Good devices needed', number: true, cell: ([stage]) => count(stage.minGood) },
], list.map((stage, i) => [stage, i]), { caption: 'Steps of the ramp' });

const changePolicy = (address, match, now) => confirm({
  title: 'Change whom it serves?',
  method: 'PUT',
  address,
  match,
  fields: [
    { name: 'versions', label: 'Versions', kind: 'select', options: VERSIONS, value: now.versions },
    ...Object.entries(FLAGS).map(([name, label]) => ({ name, label, kind: 'check', value: now[name] })),
  ],
  explain: values => {
    const changed = Object.entries(values).filter(([name, value]) => value !== now[name]);
    return changed.length === 0 ? h('p', { class: 'soft' }, 'Nothing is changed yet.')
      : h('ul', {}, changed.map(([name, value]) => h('li', {}, `${FLAGS[name] ?? 'Versions'}: `, h('b', {}, value === true ? 'yes' : value === false ? 'no' : value))));
  },
  verb: 'Change',
  done: 'The policy was changed.',
});

const changeRamp = (address, match, now) => confirm({
  title: 'Change the ramp?',
  method: 'PUT',
  address: `${address}/ramp`,
  match,
  fields: [
    { name: 'stages', label: 'Steps', kind: 'area', hint: 'One a line: percent of the fleet, time it lasts at least, good devices needed. None: everybody at once.', value: now.stages.map(stage => `${stage.percent}% ${stage.soak} ${stage.minGood}`).join('\n') },
    { name: 'controlPercent', label: 'Percent held back until the end', kind: 'number', value: now.controlPercent },
  ],
  body: ({ stages = '', controlPercent }) => ({ stages: read(stages), controlPercent }),
  explain: ({ stages = '' }) => h('p', {}, read(stages).length === 0 ? 'A new release is offered to everybody at once.'
    : `A new release comes to ${read(stages).map(stage => `${stage.percent} %`).join(', then ')} of the devices.`),
  verb: 'Change',
  done: 'The ramp was changed.',
});

const read = text => text.split('\n').map(line => line.trim().split(/[\s%,/]+/)).filter(([first]) => first)
  .map(([share, soak, minGood]) => ({ percent: Number(share), soak: soak ?? '', minGood: Number(minGood ?? 0) }));
