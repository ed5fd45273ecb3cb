/** The loop that somebody would write instead: one thread, lines, JSON.parse or split, a Map. */
import type { Contestant } from './contestant.ts';

export const byHand: Contestant = {
  name: 'JavaScript by hand',
  threads: 1,
  roundsMax: 3,
  run: async (scenario) => ({ rows: scenario.byHand() }),
};
