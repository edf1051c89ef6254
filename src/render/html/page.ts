import { type Content, html, type Markup, verbatim } from './markup.ts'

/** A script or style of our own, and what allows it in the Content-Security-Policy: the base64 of its SHA-256. */
export interface HtmlAsset {
  readonly text: string
  readonly sha256: string
}

/** What is inlined into every page; see `src/commands/html-assets.ts`. */
export interface HtmlAssets {
  /** The charting library and the page's own script. */
  readonly script: HtmlAsset
  readonly style: HtmlAsset
}

/** One part of a page under a heading of its own. */
export interface PageSection {
  /** Stable: the fragment that a link goes to. */
  readonly id: string
  readonly title: string
  readonly body: Content
}

/** A link to another page; `href` is relative to this one, and no text of a log. */
export interface PageLink {
  readonly label: string
  readonly href: string
  readonly rel: 'prev' | 'next' | 'up' | 'current' | undefined
}

/** What stands around a report on a page that is one of several. */
export interface PageFrame {
  readonly title: string
  readonly links: readonly PageLink[]
  /** Sections between the headline and the rest: "against the day before". */
  readonly before: readonly PageSection[]
  /** Sections below all others. */
  readonly after: readonly PageSection[]
}

export interface PageParts {
  readonly title: string
  readonly mood: Mood
  readonly links: readonly PageLink[]
  /** The top of the page, with its `h1`. */
  readonly header: Content
  readonly sections: readonly PageSection[]
  readonly footer: Content
  /** Elements with data for the script. */
  readonly data: Content
  readonly assets: HtmlAssets
}

export type Mood = 'good' | 'bad' | 'unknown'

/** The whole document: one file that asks nobody for anything, and that its own policy keeps from doing so. */
export const page = ({ title, mood, links, header, sections, footer, data, assets }: PageParts): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(assets)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${ICONS[mood]}">
<style>${verbatim(assets.style.text)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${navigation(links)}
<header class="top">
${header}
</header>
<main id="main" tabindex="-1">
${sections.map(section)}
</main>
<footer>${footer}</footer>
${data}
<script>${verbatim(assets.script.text)}</script>
</body>
</html>
`)

// `img-src data:` is for the icon: without one a browser would ask the server for it.
const policy = ({ script, style }: HtmlAssets): Markup =>
  verbatim(`default-src 'none'; script-src 'sha256-${script.sha256}'; style-src 'sha256-${style.sha256}'; img-src data:; base-uri 'none'; form-action 'none'`)

const icon = (shape: string): string => `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${shape}</svg>`)}`

/** Told apart by shape as well as by colour. */
const ICONS: Readonly<Record<Mood, string>> = {
  good: icon('<circle cx="8" cy="8" r="8" fill="#0b6e4f"/><path d="M4 8l3 3 5-6" fill="none" stroke="#fff" stroke-width="2"/>'),
  bad: icon('<path d="M8 0l8 8-8 8-8-8z" fill="#b3261e"/><path d="M5.5 5.5l5 5m0-5l-5 5" stroke="#fff" stroke-width="2"/>'),
  unknown: icon('<rect width="16" height="16" rx="3" fill="#5b6472"/><path d="M4 8h8" stroke="#fff" stroke-width="2"/>'),
}

const navigation = (links: readonly PageLink[]): Content =>
  links.length > 0 && html`<nav class="pages" aria-label="Reports"><ul>${links.map(({ label, href, rel }) => html`<li>${rel === 'current' ? html`<a href="${href}" aria-current="page">${label}</a>` : html`<a href="${href}"${rel !== undefined && html` rel="${rel}"`}>${label}</a>`}</li>`)}</ul></nav>`

const section = ({ id, title, body }: PageSection): Markup => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`
