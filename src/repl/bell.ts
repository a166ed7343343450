import type { BellChoice } from '../config/setting-choices.ts';

/** Rings when long work ends and nobody looks. */
export type Bell = {
  begin(): void;
  end(): void;
  /** The terminal reports whether its window has the focus. */
  look(isFocused: boolean): void;
};

type BellOptions = {
  choice: BellChoice;
  write: (text: string) => void;
  /** Milliseconds. */
  now: () => number;
};

/** A person who is away hears of everything that took this long, in milliseconds. */
const awayMs = 1_000;
/** Without a report of the focus, only what took this long is worth a bell: the person may have turned to something else. */
const longMs = 20_000;

/** BEL, or OSC 9, the notification of iTerm2, which most terminals know that have any. */
const signals: Record<BellChoice, string> = {
  off: '',
  bell: '\u0007',
  notice: '\u001b]9;copilot-cli: the answer is complete\u0007',
};

export function createBell({ choice, write, now }: BellOptions): Bell {
  let isFocused: boolean | undefined;
  let startedAt: number | undefined;
  return {
    begin() {
      startedAt ??= now();
    },
    end() {
      if (startedAt === undefined) return;
      const lasted = now() - startedAt;
      startedAt = undefined;
      if (isFocused !== true && lasted >= (isFocused === false ? awayMs : longMs)) write(signals[choice]);
    },
    look(focused) {
      isFocused = focused;
    },
  };
}
