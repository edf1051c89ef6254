import type { Finding } from '../../../report/report.ts'
import { SECTIONS, SEVERITY_MARKS } from '../../html-sentences.ts'
import { findingWorth, SEVERITIES } from '../../sentences.ts'
import { html, lines, type Markup, sourceLink } from '../markup.ts'
import type { Section } from './section.ts'

/** What to change, the most harmful first, each with the lines to paste into nginx.conf. */
export const findings: Section = ({ findings: found }) =>
  found.length === 0 ? undefined : { id: 'findings', title: SECTIONS.findings, body: html`<ol class="findings">${found.map(item)}</ol>` }

const item = (finding: Finding, index: number): Markup => {
  const { code, severity, title, detail, fix, source } = finding
  return html`<li id="finding-${index + 1}" class="finding ${severity}">
<h3><span class="badge"><span aria-hidden="true">${SEVERITY_MARKS[severity]} </span>${SEVERITIES[severity]}</span> ${title}</h3>
<p class="note">${findingWorth(finding)}</p>
<p>${detail}</p>
${fix.text !== '' && html`<p class="fix">${fix.text}</p>`}
${fix.nginx.trim() !== '' && html`<div class="snippet"><pre tabindex="0" aria-label="Lines for nginx.conf: ${title}"><code>${lines(fix.nginx)}</code></pre></div>`}
<p class="note source"><code>${code}</code>${source !== '' && html` · ${sourceLink(source)}`}</p>
</li>
`
}
