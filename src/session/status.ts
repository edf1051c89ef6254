/** The status of a handshake that succeeded. */
export const SWITCHING_PROTOCOLS = 101
