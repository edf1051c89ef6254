// A script of the page, without imports: a button beside each snippet copies its lines.
{
  const LABEL = 'Copy these lines'

  /** The clipboard is there on https, on localhost and from disk; elsewhere the old way. */
  const copy = async (source: HTMLElement): Promise<boolean> => {
    try {
      await navigator.clipboard.writeText(source.textContent ?? '')
      return true
    } catch {
      const selection = getSelection()
      selection?.selectAllChildren(source)
      const isDone = document.execCommand('copy')
      if (isDone) selection?.removeAllRanges()
      return isDone
    }
  }

  for (const snippet of document.querySelectorAll<HTMLElement>('.snippet, .hint')) {
    const code = snippet.querySelector<HTMLElement>('pre code')
    if (code === null) continue
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy'
    button.textContent = LABEL
    button.setAttribute('aria-live', 'polite')
    button.addEventListener('click', () => {
      void copy(code).then((isDone) => {
        button.textContent = isDone ? 'Copied' : 'Selected: press Ctrl+C'
      })
    })
    button.addEventListener('blur', () => (button.textContent = LABEL))
    snippet.append(button)
  }
}
