import { h, swap } from './dom.js';
import { Session } from './session.js';

/** Asks for a token, or leads to Entra ID where that is set up. */
export function signIn(frame, { entraId }, done) {
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const token = h('input', { id: 'token', type: 'password', required: true, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'token-hint' });
  const submit = h('button', { class: 'primary', type: 'submit' }, 'Sign in');
  const failed = new URLSearchParams(location.search).get('signin');

  async function send(event) {
    event.preventDefault();
    submit.disabled = true;
    problem.hidden = true;
    try {
      await Session.start(token.value.trim());
      done();
    } catch (fault) {
      problem.textContent = fault.status === 401 ? 'This token is not good here: it is mistyped, expired or revoked.' : fault.message;
      problem.hidden = false;
      submit.disabled = false;
      token.focus();
    }
  }

  if (failed) {
    problem.textContent = failed === 'too_long' ? 'What Entra ID says of you is too long for a cookie: it should tell fewer groups.'
      : 'Entra ID did not sign you in here: try again, or ask whoever runs this server for a role.';
    problem.hidden = false;
    history.replaceState(null, '', location.pathname + location.hash);
  }
  swap(frame, h('main', { id: 'main', class: 'alone' },
    h('img', { src: '/dashboard/icon.svg', alt: '', width: 44, height: 44 }),
    h('h1', { tabindex: '-1' }, 'Sign in'),
    h('p', { class: 'soft' }, 'See what your releases do on devices, and act on it.'),
    problem,
    entraId && [h('a', { class: 'button primary', href: '/api/session/entra' }, 'Sign in with Entra ID'), h('p', { class: 'or' }, h('span', {}, 'or'))],
    h('form', { onsubmit: send },
      h('label', { class: 'field', for: 'token' }, h('span', {}, 'API token')),
      token,
      h('small', { id: 'token-hint' }, 'The server printed the first one when it started. It is kept in a cookie that scripts cannot read.'),
      submit)));
  token.focus();
}
