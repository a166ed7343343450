// The least that an Ink program does until a person can type: what our first prompt is measured against.
import { render, Text } from 'ink';

render(<Text>❯ hello</Text>, { exitOnCtrlC: false });
process.stdin.setRawMode(true).resume();
