/** What fails is not to be had now: a file may go while it is looked at. */
export const safely = <T>(look: () => T): T | undefined => {
  try {
    return look()
  } catch {
    return undefined
  }
}
