// What the commands other than `chat` do, in one module: the bundler makes a file of every module that is loaded by import(), and
// of every set of modules that two of those share, and each file costs time to open. `chat` is by itself, so that a prompt loads no other.
export { runConfig } from './commands/config-run.ts';
export { runLogin } from './commands/login-run.ts';
export { runLogout } from './commands/logout-run.ts';
export { runModels } from './commands/models-run.ts';
export { runServe } from './commands/serve-run.ts';
export { runSessions } from './commands/sessions-run.ts';
export { runStatus } from './commands/status-run.ts';
export { runTemplates } from './commands/templates-run.ts';
