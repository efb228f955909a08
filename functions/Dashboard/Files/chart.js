import { h } from './dom.js';
import { compact } from './format.js';
import { table } from './table.js';

// Told apart by people who see few colours, in both themes.
const SERIES = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'];

// So few points make hardly a line.
const FEW = 4;

/** A colour of the style sheet, as the canvas understands it. */
function color(name) {
  const probe = h('span', { hidden: true });
  document.body.append(probe);
  probe.style.color = `var(${name})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/**
 * A chart of series over time, as tall as its style says, with its numbers as a table for who cannot see it.
 * @param times ISO times.
 * @param series `{ name, values }`; null where nothing is known.
 * @param options.label What it shows, in a sentence.
 * @param options.format Of a value.
 * @param options.stacked Series stand on each other, the first one at the bottom.
 * @param options.signal Ends it.
 * @param options.id Of the table, which stays open when the chart is drawn again.
 */
export function chart(times, series, { label, format = compact, stacked = false, signal, id }) {
  const canvas = h('div', { class: 'canvas', role: 'img', 'aria-label': `${label}. ${summary(series, format)}` });
  const at = times.map(time => new Date(time) / 1000);
  const lines = stacked ? stack(series.map(one => one.values)) : series.map(one => one.values);
  const tickFormat = new Intl.DateTimeFormat(undefined, at.at(-1) - at[0] > 2 * 86_400 ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' });
  let plot = null;

  function draw() {
    plot?.destroy();
    const [ink, rule] = [color('--soft'), color('--line')];
    const colors = SERIES.map(color);
    const axis = { stroke: ink, font: '12px system-ui, sans-serif', grid: { stroke: rule, width: 1 }, ticks: { show: false } };
    plot = new uPlot({
      width: Math.max(200, canvas.clientWidth),
      height: Math.max(120, canvas.clientHeight),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { y: { range: (_, low, high) => [0, stacked && high <= 1.0001 ? 1 : Math.max(1, high * 1.08)] } },
      axes: [
        { ...axis, grid: { show: false }, values: (_, ticks) => ticks.map(tick => tickFormat.format(tick * 1000)), space: 64 },
        { ...axis, size: 54, values: (_, ticks) => ticks.map(tick => format(tick)) },
      ],
      series: [{}, ...lines.map((line, i) => {
        const stroke = colors[i % colors.length];
        return { stroke, width: 2, fill: stacked ? fade(stroke, 0.22) : i === 0 && lines.length === 1 ? fade(stroke, 0.1) : undefined, points: { show: line.filter(value => value !== null && value !== undefined).length < FEW } };
      })],
      bands: stacked ? lines.slice(1).map((_, i) => ({ series: [i + 2, i + 1] })) : [],
      hooks: { setCursor: [({ cursor: { idx } }) => tell(idx)] },
    }, [at, ...lines], canvas);
  }

  const latest = at.findLastIndex((_, i) => series.some(one => one.values[i] !== null && one.values[i] !== undefined));
  const legend = h('ul', { class: 'legend' });
  function tell(index) {
    const last = index === null || index === undefined;
    const shown = last ? latest : index;
    legend.replaceChildren(
      ...series.map((one, i) => h('li', { class: `series-${i % SERIES.length + 1}` }, one.name, ' ', h('b', {}, one.values[shown] === null || one.values[shown] === undefined ? '–' : format(one.values[shown])))),
      h('li', { class: 'when' }, last || shown < 0 ? '' : new Date(at[shown] * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })));
  }

  tell(null);
  const resized = new ResizeObserver(() => {
    if (!canvas.isConnected) {
      return;
    }
    plot ? plot.setSize({ width: Math.max(200, canvas.clientWidth), height: Math.max(120, canvas.clientHeight) }) : draw();
  });
  resized.observe(canvas);
  addEventListener('theme', draw, { signal });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw, { signal });
  signal.addEventListener('abort', () => resized.disconnect());
  return h('figure', { class: 'chart' }, legend, canvas, numbers(times, series, { label, format, id }));
}

/** The same as a table, made when somebody opens it. */
function numbers(times, series, { label, format, id }) {
  const columns = [
    { title: 'Time', cell: i => new Date(times[i]).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' }) },
    ...series.map(one => ({ title: one.name, number: true, cell: i => one.values[i] === null || one.values[i] === undefined ? null : format(one.values[i]) })),
  ];
  return h('details', { id, ontoggle: event => event.target.open && event.target.childElementCount === 1 && event.target.append(table(columns, [...times.keys()], { caption: label })) },
    h('summary', {}, 'Numbers'));
}

const summary = (series, format) => series.map(one => `${one.name}: ${format(one.values.at(-1) ?? 0)} now`).join(', ');

function stack(values) {
  const sums = [];
  return values.map(line => line.map((value, i) => value === null ? null : (sums[i] = (sums[i] ?? 0) + value)));
}

const fade = (rgb, alpha) => rgb.replace(/^rgba?\(([^)]*)\)$/, (_, parts) => `rgba(${parts.split(/[ ,/]+/).slice(0, 3).join(', ')}, ${alpha})`);
