import { all, live, path } from './api.js';
import { h, swap } from './dom.js';
import { find, link, pages } from './pages.js';
import { Session } from './session.js';
import { signIn } from './signin.js';
import { toast } from './toast.js';

const frame = document.getElementById('frame');
let session;
let apps = [];
let leaving = new AbortController();

addEventListener('hashchange', () => show(true));
addEventListener('signedout', () => {
  if (session?.principal) {
    session = null;
    start();
  }
});
start();

async function start() {
  try {
    session = await Session.read();
  } catch (fault) {
    swap(frame, h('main', { id: 'main', class: 'alone' }, h('h1', {}, 'Updates'), h('p', { class: 'problem' }, fault.message), h('button', { onclick: start }, 'Try again')));
    return;
  }
  if (!session.principal) {
    leaving.abort();
    document.title = 'Sign in · Updates';
    signIn(frame, session, start);
    return;
  }
  try {
    apps = (await all(path('apps'), 'apps')).map(app => app.id);
  } catch {
    apps = [];
  }
  show(false);
}

async function show(isMove) {
  if (!session?.principal) {
    return;
  }
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const [address, query = ''] = location.hash.slice(1).split('?');
  const found = find(address || '/');
  const params = found?.params ?? {};
  const main = h('main', { id: 'main', tabindex: '-1' });
  swap(frame, side(found?.page, params), main);

  // On a phone the navigation is a line that is wider than the screen.
  frame.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  const context = {
    ...params,
    params,
    query: new URLSearchParams(query),
    session,
    signal,
    live: (addresses, changed, options) => live(addresses, (...data) => {
      main.querySelector('.stale')?.remove();
      changed(...data);
    }, fault => warn(main, fault), { signal, ...options }),
  };
  try {
    const page = found ? await found.page.load() : await import('./pages/missing.js');
    const title = page.title(context);
    document.title = `${title} · Updates`;
    main.append(h('h1', { tabindex: '-1' }, title));
    await page.render(main, context);
  } catch (fault) {
    if (!signal.aborted) {
      warn(main, fault);
    }
  }
  if (isMove && !signal.aborted) {
    main.querySelector('h1')?.focus();
    scrollTo(0, 0);
  }
}

/** What is wrong is said once, above what was there before. */
function warn(main, fault) {
  main.querySelector('.stale')?.remove();
  const shown = h('p', { class: 'problem stale', role: 'alert' }, fault.message);
  const heading = main.querySelector('h1');
  heading ? heading.after(shown) : main.prepend(shown);
}

function side(current, params) {
  const app = params.app ?? null;
  const ofApp = page => page.path.includes(':app');
  const shown = pages.filter(page => page.nav && (app !== null || !ofApp(page)) && session.may(page.scope ?? 'read', ofApp(page) ? app : null));
  const group = (name, list) => list.length > 0 && h('ul', { 'aria-label': name }, list.map(page =>
    h('li', {}, h('a', { href: link(page.path, params), 'aria-current': page === current ? 'page' : page.nav === current?.under ? 'true' : null }, page.nav))));
  return h('header', { class: 'side' },
    h('a', { class: 'brand', href: link('/') }, h('img', { src: '/dashboard/icon.svg', alt: '', width: 28, height: 28 }), 'Updates'),
    app !== null && h('label', { class: 'picker' }, h('span', {}, 'App'),
      h('select', { id: 'app', onchange: event => { location.hash = link('/apps/:app', { app: event.target.value }).slice(1); } },
        [...new Set([...apps, app])].map(id => h('option', { value: id, selected: id === app }, id)))),
    h('nav', { 'aria-label': 'Pages' },
      group('Of the app', shown.filter(ofApp)),
      group('Of the server', shown.filter(page => !ofApp(page)))),
    h('div', { class: 'foot' },
      h('p', { class: 'who', title: session.principal }, session.principal),
      themeSwitch(),
      h('button', { class: 'quiet', onclick: signOut }, 'Sign out')));
}

function themeSwitch() {
  const root = document.documentElement;
  return h('label', { class: 'theme' }, h('span', { class: 'hidden' }, 'Theme'),
    h('select', {
      id: 'theme',
      onchange: event => {
        const theme = event.target.value;
        if (theme) {
          root.dataset.theme = theme;
          localStorage.setItem('theme', theme);
        } else {
          delete root.dataset.theme;
          localStorage.removeItem('theme');
        }
        dispatchEvent(new Event('theme'));
      },
    }, [['', 'System theme'], ['light', 'Light'], ['dark', 'Dark']].map(([key, name]) => h('option', { value: key, selected: (root.dataset.theme ?? '') === key }, name))));
}

async function signOut() {
  try {
    await Session.end();
  } catch (fault) {
    toast(fault.message, 'bad');
  }
  session = null;
  start();
}
