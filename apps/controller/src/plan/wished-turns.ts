import type { PlannerTurn } from './planner.ts';

/** Planner turns that a wish for a run, made at any time, reaches exactly once. */
export interface WishedTurns {
  /** Wishes for a run: the next turn that begins and can open one, opens it. */
  force(): void;
  turn(): Promise<PlannerTurn>;
}

/**
 * Keeps a wish until a turn that began with it has looked. A turn that was under way when the wish was made knows
 * nothing of it and leaves it standing, as does one that had lost the lead or was busy with another run.
 */
export function wishedTurns(take: (force: boolean) => Promise<PlannerTurn>): WishedTurns {
  let isWished = false;
  return {
    force: () => {
      isWished = true;
    },
    turn: async () => {
      const force = isWished;
      const turn = await take(force);
      if (force && (turn.kind === 'open' || turn.kind === 'idle')) isWished = false;
      return turn;
    },
  };
}
