// Prints a CycloneDX list of all that is installed with wslog at run time, as npm makes it. `npm sbom --omit dev` itself leaves out what both wslog and
// its tools need (npm 10 and 11), so npm is shown a package that has no tools.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
const { devDependencies, scripts, ...manifest } = read('package.json')
const { packages, ...lock } = read('package-lock.json')
const { devDependencies: tools, ...root } = packages['']
const runtime = Object.entries(packages).filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)

const folder = mkdtempSync(join(tmpdir(), 'wslog-sbom-'))
try {
  const cwd = join(folder, manifest.name) // npm names the whole after its folder
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(cwd, 'package-lock.json'), JSON.stringify({ ...lock, packages: { '': root, ...Object.fromEntries(runtime) } }))
  process.stdout.write(execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 }))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
