import { h } from './dom.js';

/** A control under its name, with a hint below that screen readers tell, too. */
export function field(label, element, hint) {
  if (hint && element.id) {
    element.setAttribute('aria-describedby', `${element.id}-hint`);
  }
  return h('label', { class: 'field', for: element.id || null }, h('span', {}, label), element, hint && h('small', { id: element.id ? `${element.id}-hint` : null }, hint));
}
