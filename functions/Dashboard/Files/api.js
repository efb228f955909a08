// The management API. What it refuses is thrown as a Refusal, whose message is the server's own sentence.

export class Refusal extends Error {
  constructor(status, code, sentence) {
    super(code ? `${sentence} (${code})` : sentence);
    this.status = status;
    this.code = code;
  }
}

/** Of an address: each part is encoded. `path('apps', app, 'releases')` is below /api/manage. */
export const path = (...parts) => `manage/${parts.map(encodeURIComponent).join('/')}`;

/** @returns The answer's body, if it has any, with the ETag beside it. */
export async function call(method, address, { body, match, headers = {}, signal } = {}) {
  let response;
  try {
    response = await fetch(`/api/${address}`, {
      method,
      signal,
      cache: 'no-store',
      headers: {
        'X-Dashboard': '1',
        ...(match ? { 'If-Match': match } : {}),
        ...(body && !(body instanceof Blob) ? { 'Content-Type': 'application/json' } : {}),
        ...headers,
      },
      body: body && !(body instanceof Blob) ? JSON.stringify(body) : body,
    });
  } catch (fault) {
    if (fault.name === 'AbortError') {
      throw fault;
    }
    throw new Refusal(0, '', 'The server does not answer.');
  }
  const text = response.status === 304 ? '' : await response.text();
  if (response.status >= 400) {
    throw refusal(response, text);
  }
  return { status: response.status, tag: response.headers.get('ETag'), text, data: text ? JSON.parse(text) : null };
}

function refusal(response, text) {
  let problem = {};
  try {
    problem = JSON.parse(text);
  } catch {
    // Of a proxy, say: there is no sentence to show.
  }
  if (response.status === 401) {
    dispatchEvent(new Event('signedout'));
  }
  return new Refusal(response.status, problem.code, problem.detail ?? `The server answered ${response.status}.`);
}

export const get = async (address, options) => (await call('GET', address, options)).data;

/** All pages of a list whose member `name` holds the entries, up to `most` of them. */
export async function all(address, name, { signal, most = 1000 } = {}) {
  const found = [];
  let after = '';
  do {
    const page = await get(`${address}?limit=100${after ? `&after=${encodeURIComponent(after)}` : ''}`, { signal });
    found.push(...page[name]);
    after = page.next;
  } while (after && found.length < most);
  return found;
}

/**
 * Asks again and again, by ETag, while the page is looked at, and tells only what has changed. A fault is told once, and asking goes on.
 * @param addresses One or several; `changed` is given their bodies in the same order, and their ETags.
 * @returns A function that asks at once, for after an act.
 */
export function live(addresses, changed, failed, { signal, every = 5000 }) {
  const all = [addresses].flat();
  const known = all.map(() => ({ tag: null, text: null, data: null }));
  let timer;
  let running = null;

  async function ask() {
    clearTimeout(timer);
    try {
      const answers = await Promise.all(all.map((address, i) => call('GET', address, { signal, headers: known[i].tag ? { 'If-None-Match': known[i].tag } : {} })));
      let isNew = false;
      answers.forEach((answer, i) => {
        if (answer.status !== 304) {
          isNew ||= answer.text !== known[i].text || answer.tag !== known[i].tag;
          known[i] = answer;
        }
      });
      if (isNew && !signal.aborted) {
        changed(...known.map(one => one.data), known.map(one => one.tag));
      }
    } catch (fault) {
      if (signal.aborted || fault.name === 'AbortError') {
        return;
      }
      known.forEach(one => { one.tag = one.text = null; });
      failed(fault);
    }
    if (!signal.aborted) {
      timer = setTimeout(() => document.hidden ? wait() : (running = ask()), every);
    }
  }

  function wait() {
    document.addEventListener('visibilitychange', () => { running = ask(); }, { once: true, signal });
  }

  signal.addEventListener('abort', () => clearTimeout(timer));
  running = ask();
  return async () => { await running; await (running = ask()); };
}
