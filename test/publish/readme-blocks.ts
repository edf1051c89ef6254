import { readFileSync } from 'node:fs'
import { ROOT } from '../helpers/cli.ts'

/** The files that the README gives, by the path in their first line. */
export const readmeFiles = (): ReadonlyMap<string, string> =>
  new Map([...readFileSync(`${ROOT}README.md`, 'utf8').matchAll(/```(?:ini|yaml)\n# (\/\S+)\n([^]*?)```/g)].map(([, path, text]) => [path!, text!]))

export const readmeFile = (path: string): string => {
  const text = readmeFiles().get(path)
  if (text === undefined) throw new Error(`README.md gives no ${path}`)
  return text
}
