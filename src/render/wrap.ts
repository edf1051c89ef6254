/** Breaks a text at spaces into lines of at most `width` characters, all but the first indented. A longer word stays whole. */
export const wrap = (text: string, width: number, { first = '', rest = first }: { first?: string; rest?: string } = {}): string[] => {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(' ')) {
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
