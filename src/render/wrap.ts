/**
 * Breaks a text at spaces into lines of at most `width` characters; a longer word is broken where the line
 * ends. The first line begins with `first`, the others with `rest`.
 */
export const wrap = (text: string, width: number, { first = '', rest = first }: { first?: string; rest?: string } = {}): string[] => {
  const room = width - Math.max(first.length, rest.length)
  const words = text.split(' ').flatMap((word) => (word.length > room ? (word.match(new RegExp(`.{1,${room}}`, 'gsu')) ?? []) : [word]))
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of words) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = rest
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}
