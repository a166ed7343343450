const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** The largest first; a month and a year are as long as they are on average. */
const units: [name: string, seconds: number][] = [
  ['year', 365.25 * day],
  ['month', 30.4375 * day],
  ['day', day],
  ['hour', hour],
  ['minute', minute],
];

/** How long ago a time was, in the one unit that says it best: `2 hours ago`. `now` is in milliseconds. */
export function formatAge(time: string, now: number): string {
  const seconds = (now - Date.parse(time)) / 1000;
  const [name, length] = units.find(([, unit]) => seconds >= unit) ?? [];
  if (name === undefined || length === undefined) return 'just now';
  const count = Math.floor(seconds / length);
  return `${count} ${name}${count === 1 ? '' : 's'} ago`;
}
