/** Copilot's bill counts in billionths of an AI credit. */
const nanoPerCredit = 1e9;

export function toCredits(nanoCredits: number): number {
  return nanoCredits / nanoPerCredit;
}

export function toNanoCredits(credits: number): number {
  return Math.round(credits * nanoPerCredit);
}
