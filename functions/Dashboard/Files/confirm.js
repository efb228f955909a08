import { call } from './api.js';
import { h, swap } from './dom.js';
import { field as labelled } from './form.js';
import { toast } from './toast.js';

const TYPING = 250;

let next = 0;

/**
 * Asks before an act, after it has shown what the act will do, and then does it.
 * @param order.title A question, such as `Withdraw 1.2.0?`.
 * @param order.method `POST` unless said otherwise.
 * @param order.address Of the call.
 * @param order.match The ETag of what is changed.
 * @param order.fields What has to be said: `{ name, label, kind: 'text' | 'number' | 'select' | 'check' | 'area', value, options, required, hint }`.
 * @param order.body Makes the body from the fields' values.
 * @param order.dryRun Whether the call can say what it would do: it is asked first, and again when a field changes.
 * @param order.explain Makes elements of a dry run's answer, or, without dry run, of the fields' values.
 * @param order.verb On the button.
 * @param order.danger Whether it takes something away.
 * @param order.done A sentence for afterwards, or a function of the answer that makes one.
 * @returns The answer's body; null when nothing was done.
 */
export function confirm(order) {
  const { method = 'POST', address, match, fields = [], body = values => values, dryRun = false, explain = () => [], verb, danger = false, done } = order;
  const id = `dialog-${++next}`;
  const preview = h('div', { class: 'preview', 'aria-live': 'polite' });
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const act = h('button', { class: danger ? 'danger' : 'primary', type: 'submit' }, verb);
  const inputs = fields.map(field => [field, input(field, `${id}-${field.name}`)]);
  const form = h('form', { method: 'dialog' },
    h('h2', { id }, order.title),
    inputs.map(([field, element]) => field.kind === 'check'
      ? h('label', { class: 'check' }, element, field.label)
      : labelled(field.label, element, field.hint)),
    preview,
    problem,
    h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'), act));
  const dialog = h('dialog', { 'aria-labelledby': id }, form);
  const values = () => Object.fromEntries(inputs.map(([field, element]) => [field.name, read(field, element)]));
  let asked = 0;
  let typing;

  function refuse(fault) {
    problem.textContent = fault.message;
    problem.hidden = false;
  }

  async function show() {
    const mine = ++asked;
    problem.hidden = true;
    if (!dryRun) {
      swap(preview, explain(values()));
      return;
    }
    act.disabled = true;
    if (!form.checkValidity()) {
      swap(preview);
      return;
    }
    swap(preview, h('p', { class: 'soft' }, 'Looking at what this would do …'));
    try {
      const { data } = await call(method, address, { body: { ...body(values()), dryRun: true } });
      if (mine === asked) {
        swap(preview, explain(data));
        act.disabled = false;
      }
    } catch (fault) {
      if (mine === asked) {
        swap(preview);
        refuse(fault);
      }
    }
  }

  return new Promise(resolve => {
    let result = null;
    // While it is typed, and not when the field is left: that would take the click away from the button that it is left for.
    form.addEventListener('input', () => {
      // An answer that is still to come is about other values: it must not open the way to the act.
      asked++;
      act.disabled = dryRun;
      clearTimeout(typing);
      typing = setTimeout(show, TYPING);
    });
    form.addEventListener('submit', async event => {
      event.preventDefault();
      act.disabled = true;
      problem.hidden = true;
      try {
        const answer = await call(method, address, { body: method === 'DELETE' ? undefined : body(values()), match });
        result = answer.data ?? {};
        dialog.close();
        toast(typeof done === 'function' ? done(result) : done);
      } catch (fault) {
        refuse(fault);
        act.disabled = false;
      }
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    show();
  });
}

function input({ kind = 'text', name, value, options = [], required = false }, id) {
  const attributes = { id, name, required };
  switch (kind) {
    case 'select': return h('select', attributes, options.map(option => {
      const [key, label] = [option].flat();
      return h('option', { value: key, selected: key === value }, label ?? key);
    }));
    case 'area': return h('textarea', { ...attributes, rows: 4 }, value ?? '');
    case 'check': return h('input', { ...attributes, type: 'checkbox', checked: value === true });
    case 'number': return h('input', { ...attributes, type: 'number', min: 0, value });
    default: return h('input', { ...attributes, type: 'text', value, autocomplete: 'off' });
  }
}

function read({ kind }, element) {
  return kind === 'check' ? element.checked
    : element.value === '' ? undefined
    : kind === 'number' ? Number(element.value)
    : element.value;
}
