/** Environment variables. Below the entrance nobody reads `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;
