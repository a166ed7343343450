// For Node's --import: lets threads and processes that a test starts read TypeScript, which Node 20 cannot by itself.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
