import { all, get, path } from '../api.js';
import { h, swap } from '../dom.js';
import { field } from '../form.js';
import { bytes, percent } from '../format.js';
import { link } from '../pages.js';
import { badge, terms } from '../table.js';
import { toast } from '../toast.js';

const PAUSE = 1000;
const ZIP = /\.zip$/i;

// 1.4.2, also where the name of the app stands before it.
const VERSION = /(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)\.zip$/i;

export const title = ({ app }) => app ? 'Upload' : 'First upload of an app';

export async function render(main, { app, signal }) {
  const channels = app ? (await all(path('apps', app, 'channels'), 'channels', { signal })).map(channel => channel.name) : [];
  const name = h('input', { id: 'app-id', type: 'text', required: true, placeholder: 'com.example.app', autocomplete: 'off' });
  const channel = h('input', { id: 'channel', type: 'text', required: true, value: channels[0] ?? 'production', list: 'channels', autocomplete: 'off' });
  const version = h('input', { id: 'version', type: 'text', required: true, placeholder: '1.4.2', autocomplete: 'off' });
  const notes = h('textarea', { id: 'notes', rows: 3, maxlength: 2000 });
  const minNative = h('input', { id: 'min-native', type: 'text', placeholder: '2.1.0', autocomplete: 'off' });
  const downgrade = h('input', { id: 'downgrade', type: 'checkbox' });
  const rules = h('input', { id: 'rules', type: 'text', placeholder: 'source_map', autocomplete: 'off' });
  const file = h('input', { id: 'file', type: 'file', accept: '.zip,application/zip', class: 'hidden' });
  const chosen = h('p', { class: 'soft' }, 'The web build of the app as a zip.');
  const zone = h('div', { class: 'drop' },
    h('p', {}, 'Drop a zip here, or ', h('label', { class: 'button', for: 'file' }, 'choose a file'), file), chosen);
  const send = h('button', { type: 'submit', class: 'primary', disabled: true }, 'Upload');
  const progress = h('section', { 'aria-label': 'Progress', 'aria-live': 'polite' });
  let zip = null;

  function choose(found) {
    if (!found) {
      return;
    }
    if (!ZIP.test(found.name)) {
      toast(`${found.name} is no zip.`, 'bad');
      return;
    }
    zip = found;
    chosen.textContent = `${zip.name}, ${bytes(zip.size)}`;
    version.value = VERSION.exec(zip.name)?.[1] ?? version.value;
    send.disabled = false;
    version.focus();
  }

  file.addEventListener('change', () => choose(file.files[0]));
  dropping(zone, choose);

  const form = h('form', { class: 'card', onsubmit: async event => {
    event.preventDefault();
    send.disabled = true;
    const to = { app: app ?? name.value.trim(), channel: channel.value.trim(), version: version.value.trim() };
    const query = new URLSearchParams(Object.entries({
      notes: notes.value.trim(), min_native: minNative.value.trim(), allow_downgrade: downgrade.checked ? 'true' : '', allow_content: rules.value.replaceAll(' ', ''),
    }).filter(([, value]) => value));
    try {
      await upload(zip, to, query, progress, signal);
    } catch (fault) {
      if (!signal.aborted) {
        swap(progress, h('p', { class: 'problem', role: 'alert' }, fault.message));
      }
    }
    send.disabled = false;
  } },
  zone,
  !app && field('App', name),
  h('div', { class: 'row' }, field('Channel', channel), field('Version', version)),
  h('datalist', { id: 'channels' }, channels.map(one => h('option', { value: one }))),
  field('Notes', notes),
  h('details', {}, h('summary', {}, 'More'),
    field('Lowest native version', minNative),
    field('Rules on content that it may break', rules, 'Codes, separated by commas.'),
    h('label', { class: 'check' }, downgrade, 'It may be lower than what the channel offers')),
  h('p', { class: 'soft' }, 'If intake accepts it, it is signed and published on the channel: at once, by its rollout, or when it is approved.'),
  h('div', { class: 'buttons' }, send));
  main.append(form, progress);
}

/** Files dropped on the page beside the zone are kept from opening in its place. */
function dropping(zone, choose) {
  zone.addEventListener('dragover', event => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', event => {
    event.preventDefault();
    zone.classList.remove('over');
    choose(event.dataTransfer.files[0]);
  });
}

async function upload(zip, to, query, progress, signal) {
  const address = path('apps', to.app, 'uploads', to.channel, to.version);
  const bar = h('progress', { max: 1, value: 0, 'aria-label': 'Sent' });
  const says = h('p', {}, 'Sending …');
  const stop = new AbortController();
  const cancel = h('button', { type: 'button', onclick: () => stop.abort() }, 'Cancel');
  swap(progress, bar, says, cancel);
  const { upload: receipt, sha256 } = await send(`/api/${address}?${query}`, zip, AbortSignal.any([signal, stop.signal]), (sent, all) => {
    bar.value = sent / all;
    says.textContent = `${bytes(sent)} of ${bytes(all)} sent (${percent(sent / all)})`;
  });
  cancel.remove();
  bar.removeAttribute('value');
  says.textContent = 'Intake looks at it …';
  for (;;) {
    const verdict = await get(`${address}?upload=${encodeURIComponent(receipt)}`, { signal });
    if (verdict.state !== 'waiting') {
      swap(progress, shown(to, verdict, sha256));
      return;
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
}

/** As fetch does it, but for telling how much is sent. */
function send(address, zip, signal, sending) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', address);
    request.setRequestHeader('X-Dashboard', '1');
    request.setRequestHeader('Content-Type', 'application/zip');
    request.responseType = 'json';
    request.upload.addEventListener('progress', event => sending(event.loaded, event.total));
    request.addEventListener('load', () => request.status === 202 ? resolve(request.response)
      : reject(new Error(request.response?.detail ?? `The server answered ${request.status}.`)));
    request.addEventListener('error', () => reject(new Error('The server does not answer, or ended the upload.')));
    request.addEventListener('abort', () => reject(new Error('The upload was cancelled. Nothing of it is kept.')));
    signal.addEventListener('abort', () => request.abort());
    request.send(zip);
  });
}

function shown({ app, channel, version }, verdict, sha256) {
  const to = (text, address, params) => h('a', { href: link(address, { app, ...params }) }, text);
  const common = [['Uploaded', h('span', { class: 'mono' }, sha256)], ['Warnings', verdict.warnings?.join(', ')]];
  switch (verdict.state) {
    case 'published': return h('section', { class: 'card', 'aria-label': 'Verdict' }, h('h2', {}, badge('accepted', 'good'), ` ${version} is published on ${channel}`), terms([
      ['Release', to(version, '/apps/:app/releases/:version', { version })],
      ['Number', verdict.release],
      ['Devices get', h('span', { class: 'mono' }, verdict.sha256)],
      ['Repacked', verdict.repacked ? 'yes: without what operating systems put into zips' : null],
      ['Signed with', verdict.keys.join(', ')],
      ...common,
    ]));
    case 'awaiting_approval': return h('section', { class: 'card', 'aria-label': 'Verdict' }, h('h2', {}, badge('waits', 'warn'), ` ${version} waits for approvals`), terms([
      ['Approvals', to(`${verdict.approvals} of ${verdict.required}`, '/apps/:app/approvals')], ...common,
    ]));
    default: return h('section', { class: 'card', 'aria-label': 'Verdict' }, h('h2', {}, badge('refused', 'bad'), ` ${verdict.sentence}`), terms([
      ['Code', verdict.code], ['Entry', verdict.entry], ['Kept in', to('the quarantine', '/apps/:app/quarantine')], ...common,
    ]));
  }
}
