import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/

/** The licences of the packages that are in the program, which ask to go with it. */
const licences = {
  name: 'licences',
  generateBundle(_, bundle) {
    const folders = new Set(Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds.flatMap((id) => PACKAGE.exec(id)?.[0] ?? [])))
    const texts = [...folders].sort().map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one))
      return `${name} ${version} (${license})\n\n${file !== undefined ? readFileSync(join(folder, file), 'utf8').trim() : 'The package has no text of its licence.'}\n`
    })
    this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source: texts.join(`\n${'-'.repeat(80)}\n\n`) })
  },
}

// How `npm run bundle` makes the program, dist/bin/: CommonJS, which Node 20 loads in less time than modules, with what it needs of its packages in it,
// and in parts, so that nobody waits for what he does not use.
export default {
  input: ['src/start.ts', 'src/run/reading-thread.ts'],
  platform: 'node',
  transform: { target: 'node20' },
  // What both need lies in a part of its own: if the program were loaded as one, it would run twice where its own path is not the one it was called by.
  preserveEntrySignatures: 'strict',
  plugins: [licences],
  output: { dir: 'dist/bin', format: 'cjs', strict: true, dynamicImportInCjs: false },
  logLevel: 'warn',
}
