// Numbers and times as people read them, in the language of their browser.

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'long' });

export const count = number => whole.format(number);
export const compact = number => (number < 10_000 ? whole : short).format(number);

/** A share from 0 to 1; shows that it is not quite all or nothing. */
export function percent(share) {
  if (share === null || share === undefined) {
    return '–';
  }
  const digits = share > 0 && share < 0.01 || share > 0.99 && share < 1 ? 2 : share > 0 && share < 1 ? 1 : 0;
  return new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: digits }).format(share);
}

export function bytes(number) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'];
  const power = number < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(number) / 3));
  return new Intl.NumberFormat(undefined, { style: 'unit', unit: units[power], unitDisplay: power ? 'short' : 'long', maximumFractionDigits: power ? 1 : 0 })
    .format(number / 1000 ** power);
}

export const time = text => dateTime.format(new Date(text));

/** How long ago, or how soon, in the largest unit that says something. */
export function ago(text, now = Date.now()) {
  const seconds = Math.round((new Date(text) - now) / 1000);
  for (const [unit, length] of [['day', 86_400], ['hour', 3_600], ['minute', 60]]) {
    if (Math.abs(seconds) >= length) {
      return relative.format(Math.trunc(seconds / length), unit);
    }
  }
  return relative.format(seconds, 'second');
}

/** A word of the API, such as `taken_over`, as one of a sentence. */
export const words = text => text.replaceAll('_', ' ');

export const sentence = text => text.charAt(0).toUpperCase() + words(text).slice(1);
