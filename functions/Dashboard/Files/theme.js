// Before the first paint, so that a page in the other theme never flashes. Only the choice of theme is kept here.
'use strict';
{
  const root = document.documentElement;
  const saved = localStorage.getItem('theme');
  if (saved === 'light' || saved === 'dark') {
    root.dataset.theme = saved;
  }
}
