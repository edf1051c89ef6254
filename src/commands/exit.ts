/** Exit codes, as the contract names them. */
export const EXIT = { ok: 0, conditionHolds: 1, failed: 2, interrupted: 130 } as const
