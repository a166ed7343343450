import { testRandomBytes } from '../random-bytes.ts';
import { wires } from '../wires.ts';

for (const wire of wires) if (wire.dialect.name === 'messages') testRandomBytes(wire);
