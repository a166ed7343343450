import { EventEmitter } from 'node:events';
import { render } from 'ink';
import type { ReactNode } from 'react';

/** Lays elements out as lines of text. */
type PanelRenderer = {
  /** Lines of at most so many cells, without trailing blanks. */
  render(node: ReactNode, columns: number): string[];
  close(): void;
};

/** What Ink takes for the terminal. It hears the whole frame each time and draws nothing: the screen does, line by line. */
class FrameCatcher extends EventEmitter {
  columns = 80;
  readonly rows = 1_000;
  frame = '';

  write(frame: string): boolean {
    this.frame = frame;
    return true;
  }
}

export function createPanelRenderer(): PanelRenderer {
  const catcher = new FrameCatcher();
  const ink = render(undefined, {
    // In this mode Ink writes each frame whole, at once, and without a single movement of the cursor.
    debug: true,
    stdout: catcher as unknown as NodeJS.WriteStream,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  return {
    render(node, columns) {
      catcher.columns = columns;
      ink.rerender(node);
      return catcher.frame === '' ? [] : catcher.frame.split('\n');
    },
    close: ink.unmount,
  };
}
