import { readFileSync } from 'node:fs'
import { ROOT } from '../helpers/cli.ts'

/** A block of code of the README's chapter on a report every night, as written. */
export interface Block {
  readonly language: string
  /** The path in its first line, where it is a file; '' else. */
  readonly path: string
  readonly text: string
}

export const chapter = (): string => {
  const [text] = /## A report every night\n[^]*?(?=\n## )/.exec(readFileSync(`${ROOT}README.md`, 'utf8')) ?? []
  if (text === undefined) throw new Error('README.md has no chapter "A report every night"')
  return text
}

export const blocks = (): Block[] =>
  [...chapter().matchAll(/```(\w+)\n([^]*?)```/g)].map(([, language, text]) => ({ language: language!, text: text!, path: /^# (\/\S+)\n/.exec(text!)?.[1] ?? '' }))

/** The only block that is a file of that name. */
export const file = (path: string): string => {
  const found = blocks().filter((block) => block.path === path)
  if (found.length !== 1) throw new Error(`the chapter gives ${found.length} times ${path}`)
  return found[0]!.text
}

/** A line of a crontab of /etc/cron.d; `%` is a line feed there unless a backslash is before it. */
export interface CronLine {
  readonly schedule: readonly string[]
  readonly user: string
  readonly command: string
}

const LINE = /^(\S+) (\S+) (\S+) (\S+) (\S+)\s+(\S+)\s+(.*)$/

/** Variables and lines, as cron reads them: the first `%` that is not escaped would end the command. */
export const readCrontab = (text: string): { readonly variables: Readonly<Record<string, string>>; readonly lines: readonly CronLine[] } => {
  const variables: Record<string, string> = {}
  const lines: CronLine[] = []
  for (const line of text.split('\n').filter((each) => each.trim() !== '' && !each.startsWith('#'))) {
    const [, name, value] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? []
    const [whole, ...parts] = LINE.exec(line) ?? []
    if (name !== undefined) variables[name] = value!
    else if (whole === undefined) throw new Error(`no line of a crontab: ${line}`)
    else lines.push({ schedule: parts.slice(0, 5), user: parts[5]!, command: parts[6]!.replace(/(?<!\\)%[^]*$/, '').replaceAll('\\%', '%') })
  }
  return { variables, lines }
}
