// All commands but `chat`, in one module. The bundler makes a file of each module that is loaded by import(), and of each set of modules
// that two of them share; opening a file takes time. A prompt loads only `chat`.
export { runAccounts } from './commands/accounts-run.ts';
export { runCompletion } from './commands/completion-run.ts';
export { runConfig } from './commands/config-run.ts';
export { runDoctor } from './commands/doctor-run.ts';
export { runEndpoints } from './commands/endpoints-run.ts';
export { runHelp } from './commands/help-run.ts';
export { runLogin } from './commands/login-run.ts';
export { runLogout } from './commands/logout-run.ts';
export { runMcp } from './commands/mcp-run.ts';
export { runModels } from './commands/models-run.ts';
export { runServe } from './commands/serve-run.ts';
export { runSessions } from './commands/sessions-run.ts';
export { runStatus } from './commands/status-run.ts';
export { runTemplates } from './commands/templates-run.ts';
export { runUsage } from './commands/usage-run.ts';
