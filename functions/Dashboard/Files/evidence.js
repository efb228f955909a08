import { h, s } from './dom.js';
import { compact, count, percent } from './format.js';

const [WIDTH, HEIGHT] = [640, 300];
const EDGE = { left: 52, right: 16, top: 30, bottom: 40 };

const SOURCES = {
  live: 'devices that are held back',
  history: 'the history of what it replaces',
  assumed: 'an assumption, while there is little history',
};

/** Failures against devices: where the release stands, what a healthy one would have, and from where on it is withdrawn. */
export function evidence({ devices, failed, control, controlDevices, controlFailed, healthyRate, logEvidence, logNeeded, boundary, reason }) {
  const xMost = Math.max(devices, ...boundary.map(point => point.devices), 10);
  const yMost = Math.max(failed, ...boundary.map(point => point.failed), 4) * 1.1;
  const x = value => EDGE.left + value / xMost * (WIDTH - EDGE.left - EDGE.right);
  const y = value => HEIGHT - EDGE.bottom - value / yMost * (HEIGHT - EDGE.top - EDGE.bottom);
  const line = boundary.map(point => `${x(point.devices).toFixed(1)},${y(point.failed).toFixed(1)}`);
  const ticks = most => [0, 0.25, 0.5, 0.75, 1].map(part => Math.round(part * most));
  const progress = Math.max(0, Math.min(1, logEvidence / logNeeded));
  return [
    h('figure', { class: 'evidence' },
      s('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': reason },
        ticks(yMost).map(tick => [
          s('line', { class: 'grid', x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(tick), y2: y(tick) }),
          s('text', { x: EDGE.left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, compact(tick)),
        ]),
        ticks(xMost).map(tick => s('text', { x: x(tick), y: HEIGHT - EDGE.bottom + 18, 'text-anchor': 'middle' }, compact(tick))),
        s('text', { x: WIDTH - EDGE.right, y: HEIGHT - 6, 'text-anchor': 'end' }, 'devices that had it'),
        s('text', { x: EDGE.left, y: 16 }, 'devices on which it failed'),
        line.length > 1 && s('polygon', { class: 'rejected', points: [...line, `${x(boundary.at(-1).devices)},${EDGE.top}`, `${x(boundary[0].devices)},${EDGE.top}`].join(' ') }),
        line.length > 1 && s('polyline', { class: 'boundary', points: line.join(' ') }),
        s('line', { class: 'healthy', x1: x(0), y1: y(0), x2: x(Math.min(xMost, yMost / healthyRate)), y2: y(Math.min(yMost, xMost * healthyRate)) }),
        s('circle', { class: 'now', cx: x(devices), cy: y(failed), r: 6 })),
      h('figcaption', {}, h('ul', { class: 'legend' },
        h('li', { class: 'now' }, 'this release'), h('li', { class: 'boundary' }, 'withdrawn from here on'), h('li', { class: 'healthy' }, `healthy: at most ${percent(healthyRate)} fail`)))),
    h('p', {}, reason),
    h('p', { class: 'soft' }, `Measured by ${SOURCES[control] ?? control}: ${count(controlFailed)} of ${count(controlDevices)} devices failed there. `,
      h('label', {}, 'Evidence ', h('meter', { class: 'against', min: 0, max: 1, value: progress, 'aria-label': 'Evidence against the release, of what decides' }), ` ${percent(progress)} of what decides`)),
  ];
}
