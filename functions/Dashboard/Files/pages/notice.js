import { call, path } from '../api.js';
import { confirm } from '../confirm.js';
import { h, swap } from '../dom.js';
import { field } from '../form.js';
import { sentence, time } from '../format.js';
import { link } from '../pages.js';
import { badge, terms } from '../table.js';
import { stateOf } from './notices.js';

const PLATFORMS = ['android', 'ios', 'electron'];
const EMPTY = { kind: 'maintenance', texts: { en: { title: '', body: '' } }, audience: {} };
const PAUSE = 400;

export const title = ({ notice }) => notice === 'new' ? 'Write a notice' : 'Notice';

export async function render(main, context) {
  const { app, notice: id, session, signal } = context;
  const isNew = id === 'new';
  const { data: notice, tag } = isNew ? { data: EMPTY } : await call('GET', path('apps', app, 'notices', id), { signal });
  const mayChange = session.may('promote', app) && notice.state !== 'closed';
  const form = editor(notice);
  const preview = viewer(app, form, signal);
  if (!isNew) {
    main.append(terms([['State', stateOf(notice)], ['Written', time(notice.createdAt)], ['Changed', time(notice.updatedAt)], ['Closed', notice.closedAt && time(notice.closedAt)]]));
  }
  main.append(h('div', { class: 'columns' }, form.element, preview.element));
  form.element.addEventListener('input', preview.later);
  if (mayChange) {
    form.element.append(h('div', { class: 'buttons' },
      !isNew && h('button', { type: 'button', class: 'danger', onclick: () => close(app, notice, tag) }, 'Close the notice'),
      h('button', { type: 'submit', class: 'primary' }, isNew ? 'Publish' : 'Save')));
  } else {
    form.element.querySelectorAll('input, select, textarea, button').forEach(element => { element.disabled = true; });
  }
  form.element.addEventListener('submit', event => {
    event.preventDefault();
    save(app, notice, tag, form.read());
  });
  preview.now();
}

async function save(app, { id }, match, draft) {
  const audience = describe(draft.audience);
  const saved = await confirm({
    title: id ? 'Change the notice?' : 'Publish the notice?',
    method: id ? 'PUT' : 'POST',
    address: path('apps', app, 'notices', ...id ? [id] : []),
    match,
    body: () => draft,
    explain: () => [h('p', {}, h('strong', {}, draft.texts.en.title)), h('p', {}, `Shown to ${audience}, in ${Object.keys(draft.texts).join(', ')}; on the status page and in its feed to everybody.`)],
    verb: id ? 'Save' : 'Publish',
    done: id ? 'The notice is changed.' : 'The notice is published.',
  });
  if (saved) {
    location.hash = link('/apps/:app/notices', { app }).slice(1);
  }
}

async function close(app, { id, texts }, match) {
  const closed = await confirm({
    title: 'Close the notice?',
    method: 'DELETE',
    address: path('apps', app, 'notices', id),
    match,
    explain: () => h('p', {}, `“${texts.en.title}” is shown to nobody any more. It cannot be opened again: write another one.`),
    verb: 'Close it',
    danger: true,
    done: 'The notice is closed.',
  });
  if (closed) {
    location.hash = link('/apps/:app/notices', { app }).slice(1);
  }
}

function describe({ platforms = [], versions = [], exposedTo } = {}) {
  const parts = [
    platforms.length > 0 && `on ${platforms.join(', ')}`,
    versions.length > 0 && `that run ${versions.join(', ')}`,
    exposedTo && `that had ${exposedTo}`,
  ].filter(Boolean);
  return parts.length > 0 ? `devices ${parts.join(' and ')}` : 'all devices';
}

/** The form, and what is written in it as the API takes it. */
function editor(notice) {
  const { audience = {} } = notice;
  const kind = h('select', { id: 'kind' }, ['maintenance', 'incident', 'resolution'].map(one => h('option', { value: one, selected: one === notice.kind }, sentence(one))));
  const moment = (id, value) => h('input', { id, type: 'datetime-local', value: value ? local(value) : null });
  const startsAt = moment('starts', notice.startsAt);
  const endsAt = moment('ends', notice.endsAt);
  const estimatedEnd = moment('estimated', notice.estimatedEnd);
  const version = h('input', { id: 'version', type: 'text', value: notice.version ?? '', autocomplete: 'off' });
  const platforms = PLATFORMS.map(one => h('input', { id: `on-${one}`, type: 'checkbox', value: one, checked: audience.platforms?.includes(one) }));
  const versions = h('input', { id: 'versions', type: 'text', value: audience.versions?.join(', ') ?? '', autocomplete: 'off' });
  const exposedTo = h('input', { id: 'exposed', type: 'text', value: audience.exposedTo ?? '', autocomplete: 'off' });
  const texts = h('div', {});
  const language = h('input', { id: 'language', type: 'text', pattern: '[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*', placeholder: 'de', autocomplete: 'off', size: 8 });
  const starts = field('Begins', startsAt);

  function add(lang, { title: heading = '', body = '' } = {}) {
    const isEnglish = lang === 'en';
    const block = h('fieldset', { 'data-lang': lang }, h('legend', {}, lang),
      field('Title', h('input', { id: `title-${lang}`, type: 'text', required: true, maxlength: 120, value: heading })),
      field('Text', h('textarea', { id: `body-${lang}`, required: true, maxlength: 2000, rows: 4 }, body)),
      !isEnglish && h('button', { type: 'button', class: 'quiet', onclick: () => { block.remove(); element.dispatchEvent(new Event('input')); } }, `Remove ${lang}`));
    texts.append(block);
  }

  function addLanguage() {
    if (language.value && language.reportValidity() && !texts.querySelector(`[data-lang="${CSS.escape(language.value)}"]`)) {
      add(language.value);
      document.getElementById(`title-${language.value}`).focus();
      language.value = '';
    }
  }

  function show() {
    starts.hidden = kind.value !== 'maintenance';
    startsAt.required = endsAt.required = kind.value === 'maintenance';
  }

  const element = h('form', { class: 'card editor' },
    field('Kind', kind),
    starts, field('Ends', endsAt, 'Closes the notice by itself.'), field('Thought to be over', estimatedEnd),
    field('About release', version),
    texts,
    h('div', { class: 'row' }, field('Another language', language), h('button', { type: 'button', onclick: addLanguage }, 'Add')),
    h('fieldset', {}, h('legend', {}, 'Who is shown it'),
      h('div', { class: 'row' }, platforms.map(box => h('label', { class: 'check' }, box, box.value))),
      field('Versions', versions, 'Separated by commas; all when empty.'),
      field('Only who had release', exposedTo)));
  Object.entries(notice.texts).sort(([a], [b]) => (b === 'en') - (a === 'en')).forEach(([lang, text]) => add(lang, text));
  kind.addEventListener('change', show);
  show();

  const utc = input => input.value ? new Date(input.value).toISOString() : undefined;
  const parts = input => input.value.split(',').map(part => part.trim()).filter(Boolean);
  return {
    element,
    read: () => ({
      kind: kind.value,
      texts: Object.fromEntries([...texts.children].map(block => {
        const { lang } = block.dataset;
        return [lang, { title: block.querySelector('input').value, body: block.querySelector('textarea').value }];
      })),
      startsAt: kind.value === 'maintenance' ? utc(startsAt) : undefined,
      endsAt: utc(endsAt),
      estimatedEnd: utc(estimatedEnd),
      version: version.value.trim() || undefined,
      audience: { ...audience, platforms: platforms.filter(box => box.checked).map(box => box.value), versions: parts(versions), exposedTo: exposedTo.value.trim() || undefined },
    }),
  };
}

/** What a viewer of one's choice would be shown, as the server decides it. */
function viewer(app, form, signal) {
  const platform = h('select', { id: 'as-platform' }, [['', 'any platform'], ...PLATFORMS.map(one => [one, one])].map(([value, name]) => h('option', { value }, name)));
  const version = h('input', { id: 'as-version', type: 'text', placeholder: '1.4.2', autocomplete: 'off' });
  const lang = h('input', { id: 'as-lang', type: 'text', placeholder: navigator.language, autocomplete: 'off', size: 8 });
  const shown = h('div', { 'aria-live': 'polite' });
  let timer;

  async function now() {
    const order = { notice: form.read(), platform: platform.value || undefined, version: version.value.trim() || undefined, lang: lang.value.trim() || navigator.language };
    if (Object.values(order.notice.texts).some(text => !text.title.trim() || !text.body.trim())) {
      swap(shown, h('p', { class: 'empty' }, 'Write a title and a text in each language to see it.'));
      return;
    }
    try {
      const { data } = await call('POST', path('apps', app, 'notices', 'preview'), { body: order, signal });
      swap(shown, look(data));
    } catch (fault) {
      if (!signal.aborted) {
        swap(shown, h('p', { class: 'problem' }, fault.message));
      }
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE);
  }

  signal.addEventListener('abort', () => clearTimeout(timer));
  [platform, version, lang].forEach(element => element.addEventListener('input', later));
  return {
    now,
    later,
    element: h('section', { class: 'card', 'aria-labelledby': 'preview' },
      h('h2', { id: 'preview' }, 'Preview'),
      field('Platform', platform), field('Runs', version), field('Reads', lang),
      shown),
  };
}

const look = ({ isShown, needsRecord, view }) => [
  h('p', {}, isShown ? badge('shown', 'good') : needsRecord ? badge('shown to devices that had the release', 'warn') : badge('not shown to this viewer')),
  h('article', { class: `banner ${view.kind}`, lang: view.lang },
    h('h3', {}, view.title),
    view.body.split('\n').map(line => h('p', {}, line)),
    h('p', { class: 'soft' }, [view.startsAt && `from ${time(view.startsAt)}`, view.endsAt && `until ${time(view.endsAt)}`, view.estimatedEnd && `expected to be over ${time(view.estimatedEnd)}`].filter(Boolean).join(', '))),
];

/** As an input of this machine's time writes it. */
function local(text) {
  const at = new Date(text);
  return new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
