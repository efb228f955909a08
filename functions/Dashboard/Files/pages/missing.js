import { h } from '../dom.js';
import { link } from '../pages.js';

export const title = () => 'No such page';

export function render(main) {
  main.append(h('p', {}, 'There is nothing at this address. ', h('a', { href: link('/') }, 'All apps')));
}
