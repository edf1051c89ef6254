import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { HtmlAsset, HtmlAssets } from '../render/html/page.ts'

/** The page's own scripts and style as the build leaves them: below `dist/`, from the sources as well as from there. */
const OWN = new URL('../../dist/render/html/', import.meta.url)
const SCRIPTS = ['charts', 'tables', 'copy'] as const

/** Reads what is inlined into every HTML page: the charting library, and the page's own scripts and style. */
export const loadHtmlAssets = async (): Promise<HtmlAssets> => {
  const { resolve } = createRequire(import.meta.url)
  const text = (path: string | URL): Promise<string> => readFile(path, 'utf8')
  const [licence, library, ...own] = await Promise.all([text(resolve('uplot/LICENSE')), text(resolve('uplot/dist/uPlot.iife.min.js')), ...SCRIPTS.map((name) => text(new URL(`client/${name}.js`, OWN)))])
  const styles = await Promise.all([text(resolve('uplot/dist/uPlot.min.css')), text(new URL('page.css', OWN)), text(new URL('pages.css', OWN))])
  return { script: asset([`/* uPlot:\n${licence.trim()}\n*/\n${library}`, ...own].join('\n;\n')), style: asset(styles.join('\n')) }
}

const asset = (text: string): HtmlAsset => ({ text, sha256: createHash('sha256').update(text).digest('base64') })
