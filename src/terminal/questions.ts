/** A module of its own, so that the build takes these two questions into a file that loads with the first of them, and leaves the other kinds out. */
export { confirm, password } from '@inquirer/prompts';
