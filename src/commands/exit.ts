/** Exit codes, as the contract names them. 1 is an answer, as in grep; 2 is none. */
export const EXIT = { ok: 0, conditionHolds: 1, noneFits: 1, failed: 2, interrupted: 130 } as const
