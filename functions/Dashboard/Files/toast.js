import { h } from './dom.js';

const LASTING = 8000;

/** Says what was done, or why not, to eyes and screen readers, and goes away by itself. */
export function toast(text, kind = 'good') {
  const shown = h('p', { class: `toast ${kind}` }, text);
  document.getElementById('toasts').append(shown);
  setTimeout(() => shown.remove(), LASTING);
}
