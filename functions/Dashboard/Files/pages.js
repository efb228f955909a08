// Every page, in the order of the navigation. How to add one is in functions/README.md.
//
// path    of the address behind #; parts with a colon are parameters
// nav     its name in the navigation
// under   of a page that is reached from another one: that one's name there
// scope   without which it is not offered; read unless said otherwise
// load    a module with `title(context)` and `render(main, context)`

export const pages = [
  { path: '/', load: () => import('./pages/apps.js') },
  { path: '/apps/:app', nav: 'Overview', load: () => import('./pages/overview.js') },
  { path: '/apps/:app/releases', nav: 'Releases', load: () => import('./pages/releases.js') },
  { path: '/apps/:app/releases/:version', under: 'Releases', load: () => import('./pages/release.js') },
  { path: '/apps/:app/channels', nav: 'Channels', load: () => import('./pages/channels.js') },
  { path: '/apps/:app/channels/:channel', under: 'Channels', load: () => import('./pages/channel.js') },
  { path: '/apps/:app/upload', nav: 'Upload', scope: 'upload', load: () => import('./pages/upload.js') },
  { path: '/apps/:app/incidents', nav: 'Incidents', load: () => import('./pages/incidents.js') },
  { path: '/apps/:app/incidents/:version', under: 'Incidents', load: () => import('./pages/incident.js') },
  { path: '/apps/:app/notices', nav: 'Notices', load: () => import('./pages/notices.js') },
  { path: '/apps/:app/notices/:notice', under: 'Notices', load: () => import('./pages/notice.js') },
  { path: '/apps/:app/approvals', nav: 'Approvals', load: () => import('./pages/approvals.js') },
  { path: '/apps/:app/devices', nav: 'Devices', load: () => import('./pages/devices.js') },
  { path: '/apps/:app/quarantine', nav: 'Quarantine', load: () => import('./pages/quarantine.js') },
  { path: '/apps/:app/ledger', nav: 'Ledger', load: () => import('./pages/ledger.js') },
  { path: '/apps/:app/keys', nav: 'Keys', load: () => import('./pages/keys.js') },
  { path: '/upload', nav: 'First upload', scope: 'upload', load: () => import('./pages/upload.js') },
  { path: '/keys', nav: 'Keys of all apps', load: () => import('./pages/keys.js') },
  { path: '/tokens', nav: 'Tokens', scope: 'admin', load: () => import('./pages/tokens.js') },
];

/** @returns The page and its parameters, or null. */
export function find(path) {
  const asked = path.split('/').filter(Boolean);
  for (const page of pages) {
    const parts = page.path.split('/').filter(Boolean);
    if (parts.length === asked.length && parts.every((part, i) => part.startsWith(':') || part === asked[i])) {
      return { page, params: Object.fromEntries(parts.map((part, i) => [part.slice(1), decode(asked[i])]).filter((_, i) => parts[i].startsWith(':'))) };
    }
  }
  return null;
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a page: `link('/apps/:app', { app })`. */
export const link = (path, params = {}) => `#${path.replace(/:([a-z]+)/g, (_, name) => encodeURIComponent(params[name]))}`;
