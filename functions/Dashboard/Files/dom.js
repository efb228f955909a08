// Makes elements without markup in strings: whatever a text holds, it stays text.

/** An element with attributes (`class`, `onclick`, `hidden`, ...) and children; null, undefined and false children are left out. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces what is in an element. What had the focus gets it back, if it has an id and is still there: a live page must not throw people out. */
export function swap(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.id : '';
  const open = [...element.querySelectorAll('details[open][id]')].map(details => details.id);
  element.replaceChildren(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  for (const id of open) {
    document.getElementById(id)?.setAttribute('open', '');
  }
  if (focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}
