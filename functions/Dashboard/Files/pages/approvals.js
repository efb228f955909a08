import { path } from '../api.js';
import { confirm } from '../confirm.js';
import { h } from '../dom.js';
import { ago, percent, time } from '../format.js';
import { listed } from '../listed.js';
import { badge, terms } from '../table.js';

export const title = () => 'Approvals';

const KINDS = { waiting: 'warn', granted: 'good', used: 'good', declined: 'bad' };

export function render(main, page) {
  const { app, session } = page;
  main.append(h('p', { class: 'soft' }, 'Releases that wait until enough people agree, and what was decided about others.'));
  const again = listed(main, page, 'approvals', {
    label: 'Requests', kind: 'cards',
    shown: ({ approvals }) => approvals.length === 0
      ? h('p', { class: 'empty' }, 'Nobody asked for an approval: no channel needs them, or nothing was uploaded to one that does.')
      : approvals.map(request => card(request, session.may('promote', app) && buttons(app, session, request, () => again()))),
  });
}

const card = (request, acts) => h('section', { class: 'card', 'aria-label': `${request.version} on ${request.channel}` },
  h('h2', {}, `${request.version} on ${request.channel} `, badge(request.state, KINDS[request.state])),
  terms([
    ['Asked for', [`${percent(request.percent / 100)} of the devices `, h('small', {}, ago(request.askedAt))]],
    ['Agreed to so far', percent(request.granted / 100)],
    ['Approvals', request.required > 0 ? `${request.approvals.length} of ${request.required}` : 'none are needed any more'],
    ['By', request.approvals.map(given => `${given.by} (${percent(given.percent / 100)}, until ${time(given.expiresAt)})`).join(', ')],
    ['Uploaded by', request.uploadedBy ?? 'somebody unknown'],
    ['Notes', request.notes?.notes],
    ['May break', request.allowedContent],
    ['Declined', request.declined && `by ${request.declined.by}: ${request.declined.reason}`],
    ['Glass broken', request.breakGlass && `by ${request.breakGlass.by}: ${request.breakGlass.reason}`],
    ['SHA-256', h('span', { class: 'mono' }, request.sha256)],
  ]),
  acts && acts.some(Boolean) && h('div', { class: 'buttons' }, acts));

function buttons(app, session, { channel, version, sha256, state, approvals, percent: asked }, again) {
  const address = path('apps', app, 'channels', channel, 'approvals', version);
  const reason = { name: 'reason', label: 'Reason, for the ledger', required: true };
  const button = (text, action, order, kind) => h('button', {
    type: 'button',
    class: kind,
    onclick: async () => await confirm({ ...order, address, body: values => ({ action, sha256, ...values }) }) && again(),
  }, text);
  const isOpen = state === 'waiting';
  const digest = () => h('p', { class: 'mono' }, sha256);
  return [
    isOpen && button('Approve', 'approve', {
      title: `Approve ${version} on ${channel}?`, verb: 'Approve', fields: [{ name: 'percent', label: 'Up to how many percent of the devices', kind: 'number', value: asked, required: true }],
      explain: values => [h('p', {}, `You agree that up to ${values.percent ?? asked}% of the devices get these bytes:`), digest()],
      done: `You approved ${version}.`,
    }, 'primary'),
    approvals.some(given => given.by === session.principal) && button('Take back', 'withdraw', {
      title: `Take your approval of ${version} back?`, verb: 'Take back',
      explain: () => h('p', {}, 'It counts no more, unless enough others had agreed before.'),
      done: 'Your approval is taken back.',
    }),
    isOpen && button('Decline', 'decline', {
      title: `Decline ${version} on ${channel}?`, verb: 'Decline', danger: true, fields: [reason],
      explain: () => h('p', {}, 'What others gave is void. An upload that waits is refused, and lies in the quarantine.'),
      done: `${version} is declined.`,
    }),
    isOpen && button('Break the glass', 'break_glass', {
      title: `Let ${version} go out without its approvals?`, verb: 'Break the glass', danger: true, fields: [reason],
      explain: () => [h('p', {}, `It goes out at once, up to ${asked}% of the devices. Everybody who is told of approvals is told of this, loudly. The bytes:`), digest()],
      done: `${version} goes out without its approvals.`,
    }, 'danger'),
  ];
}
