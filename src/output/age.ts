const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Largest first. Months and years have their average length. */
const units: [name: string, seconds: number][] = [
  ['year', 365.25 * day],
  ['month', 30.4375 * day],
  ['day', day],
  ['hour', hour],
  ['minute', minute],
];

/** The age in one suitable unit: `2 hours ago`. `now` is in milliseconds. */
export function formatAge(time: string, now: number): string {
  const seconds = (now - Date.parse(time)) / 1000;
  const [name, length] = units.find(([, unit]) => seconds >= unit) ?? [];
  if (name === undefined || length === undefined) return 'just now';
  const count = Math.floor(seconds / length);
  return `${count} ${name}${count === 1 ? '' : 's'} ago`;
}
