/** Auto mode: the service chooses the model. */
export type AutoState = {
  /** False answers the routes of auto mode with 404, as for accounts that lack it. */
  available: boolean;
  /** The model that is chosen. */
  model: string;
  /** Seconds until a session token expires. */
  lifetime: number;
  discount: number;
};

export function createAutoState(): AutoState {
  return { available: true, model: 'gpt-5-mini', lifetime: 3600, discount: 0.1 };
}
