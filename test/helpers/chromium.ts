import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { installPackage } from './apt.ts'

const CHROMIUM = '/usr/bin/chromium'

export const hasChromium = (): boolean => existsSync(CHROMIUM)

/** Installs Debian's Chromium where that is allowed; says whether it is there. */
export const installChromium = (): boolean => {
  if (!hasChromium()) installPackage('chromium')
  return hasChromium()
}

/** A real browser that nobody looks at, with a new profile of its own, that goes with it. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })

export interface View {
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
  readonly hasScript: boolean
}

export const DESKTOP: View = { width: 1280, height: 800, colorScheme: 'light', hasScript: true }

export interface OpenedPage {
  readonly page: Page
  /** What must not be: errors, warnings of the console, dialogs, violations of the policy, requests but for the file itself. */
  readonly troubles: string[]
}

/** Opens a file as a user does from disk, and listens to all that it does. */
export const openFile = async (browser: Browser, path: string, { width, height, colorScheme, hasScript }: View): Promise<OpenedPage> => {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, javaScriptEnabled: hasScript, locale: 'en-US' })
  const troubles: string[] = []
  const url = pathToFileURL(path).href
  const page = await context.newPage()
  page.on('console', (message) => troubles.push(`console ${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(`error: ${error.stack ?? error.message}`))
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  context.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:image/svg+xml')) troubles.push(`request: ${request.url()}`)
  })
  context.on('page', (other) => troubles.push(`opened: ${other.url()}`))
  if (hasScript) await page.addInitScript("addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))")
  await page.goto(url)
  return { page, troubles }
}
