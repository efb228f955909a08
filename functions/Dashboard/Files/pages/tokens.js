import { path } from '../api.js';
import { confirm } from '../confirm.js';
import { h, swap } from '../dom.js';
import { ago, time } from '../format.js';
import { badge, table } from '../table.js';
import { toast } from '../toast.js';

const SCOPES = [
  ['read', 'see everything but secrets'],
  ['upload', 'bring bundles'],
  ['promote', 'change what channels offer, pin, write notices'],
  ['rollback', 'withdraw releases, decide about incidents'],
  ['keys', 'retire, disable and enable signing keys'],
  ['devices', 'vouch for devices'],
  ['admin', 'all of it, and give others the right'],
];

export const title = () => 'Tokens';

export function render(main, { live }) {
  const list = h('section', { 'aria-label': 'Tokens' });
  const issued = h('div', { 'aria-live': 'polite' });
  main.append(
    h('p', { class: 'soft' }, 'Who may call the API, beside people who sign in with Entra ID and builds that sign in by themselves.'),
    h('p', {}, h('button', { type: 'button', class: 'primary', onclick: () => issue(issued, again) }, 'Issue a token')),
    issued, list);
  const again = live(path('tokens'), ({ tokens }) => swap(list, table([
    { title: 'Name', cell: token => token.name },
    { title: 'State', cell: stateOf },
    { title: 'May', cell: token => token.scopes.join(', ') },
    { title: 'Apps', cell: token => token.apps?.join(', ') ?? 'all' },
    { title: 'Last used', cell: token => token.lastUsed ? ago(token.lastUsed) : 'never' },
    { title: 'Expires', cell: token => token.expiresAt ? h('time', { datetime: token.expiresAt, title: time(token.expiresAt) }, ago(token.expiresAt)) : 'never' },
    { title: 'Issued', cell: token => `${ago(token.issuedAt)} by ${token.issuedBy}` },
    { title: 'Act', cell: token => isGood(token) ? h('button', { type: 'button', class: 'quiet', onclick: () => revoke(token, again) }, 'Revoke', h('span', { class: 'hidden' }, ` ${token.name}`)) : '' },
  ], tokens, { caption: 'Tokens, newest first' })));
}

const isGood = ({ revokedAt, expiresAt }) => !revokedAt && !(new Date(expiresAt ?? Infinity) <= new Date());

const stateOf = token => token.revokedAt ? badge('revoked', 'bad') : isGood(token) ? badge('good', 'good') : badge('expired', 'warn');

async function issue(issued, again) {
  const token = await confirm({
    title: 'Issue a token?',
    address: path('tokens'),
    fields: [
      { name: 'name', label: 'Name', required: true, hint: 'It stands in the ledger for whoever uses the token.' },
      ...SCOPES.map(([scope, can]) => ({ name: scope, label: `${scope}: ${can}`, kind: 'check', value: scope === 'read' })),
      { name: 'apps', label: 'Apps', hint: 'Separated by commas; all when empty.' },
      { name: 'days', label: 'Days', kind: 'number', value: 90, required: true },
    ],
    body: ({ name, apps, days, ...chosen }) => ({
      name,
      scopes: SCOPES.map(([scope]) => scope).filter(scope => chosen[scope]),
      apps: apps?.split(',').map(app => app.trim()).filter(Boolean),
      days,
    }),
    explain: ({ apps, days, ...chosen }) => h('p', {},
      `Whoever holds it may ${SCOPES.filter(([scope]) => chosen[scope]).map(([, can]) => can).join('; ') || 'do nothing yet'}, for ${apps || 'all apps'} and ${days ?? '?'} days.`),
    verb: 'Issue',
    done: ({ name }) => `The token ${name} is issued.`,
  });
  if (token?.token) {
    const text = h('input', { id: 'issued', type: 'text', readonly: true, value: token.token, class: 'mono', size: 50 });
    swap(issued, h('section', { class: 'card', 'aria-labelledby': 'shown-once' },
      h('h2', { id: 'shown-once' }, `The token ${token.name}, shown this once`),
      h('label', { class: 'field', for: 'issued' }, h('span', {}, 'Keep it where scripts keep secrets: nobody can show it again.'), text),
      h('div', { class: 'buttons' },
        h('button', { type: 'button', onclick: async () => { await navigator.clipboard.writeText(token.token); toast('The token is copied.'); } }, 'Copy'),
        h('button', { type: 'button', onclick: () => swap(issued) }, 'Done'))));
    text.select();
    again();
  }
}

async function revoke({ name }, again) {
  const revoked = await confirm({
    title: `Revoke the token ${name}?`,
    method: 'DELETE',
    address: path('tokens', name),
    explain: () => h('p', {}, 'Whoever holds it is refused, on every instance within seconds. Its name stays taken for 90 days.'),
    verb: 'Revoke',
    danger: true,
    done: `The token ${name} is revoked.`,
  });
  if (revoked) {
    again();
  }
}
