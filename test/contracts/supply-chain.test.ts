import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../helpers/cli.ts'

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly hasInstallScript?: boolean
}

const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const { packages } = JSON.parse(text('package-lock.json')) as { packages: Record<string, Locked> }
const { version, dependencies, scripts } = JSON.parse(text('package.json')) as { version: string; dependencies: Record<string, string>; scripts: Record<string, string> }
const locked = Object.entries(packages).filter(([path]) => path !== '').map(([path, one]) => ({ ...one, path, name: path.slice(path.lastIndexOf('node_modules/') + 13) }))
const runtime = locked.filter(({ dev, devOptional }) => dev !== true && devOptional !== true)

const npm = (args: readonly string[]): string => execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

describe('the lockfile', () => {
  it('is of the package as it is', () => {
    expect(packages['']).toMatchObject({ dependencies })
  })

  it('has a checksum for each package, and no other source than the registry', () => {
    expect(locked.length).toBeGreaterThan(100)
    expect(locked.filter(({ integrity }) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')).map(({ path }) => path)).toEqual([])
    expect(locked.filter(({ resolved }) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')).map(({ path }) => path)).toEqual([])
  })

  it('has no package that runs a script when it is installed, but for those that only build and test', () => {
    expect(locked.filter(({ hasInstallScript }) => hasInstallScript === true).map(({ name, dev }) => `${name}${dev === true ? '' : ' at run time'}`)).toEqual(['esbuild'])
  })
})

describe('the package', () => {
  it('runs no script where it is installed from the registry', () => {
    expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?install$|^(?:pre|post)prepare$/.test(name))).toEqual([])
  })

  it('names each package that it needs, with what for, in the README', () => {
    const chapter = /Runtime packages, and what each is for:[^]*?\n\n/.exec(text('README.md'))?.[0] ?? ''
    expect(Array.from(chapter.matchAll(/\*\*([\w-]+)\*\* \(([^)]+)\)/g), ([, name]) => name).sort()).toEqual(Object.keys(dependencies).sort())
  })

  it('holds what runs, its types, formats and texts, and no path of the machine that built it', () => {
    const [{ files }] = JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'])) as [{ files: { path: string }[] }]
    expect(files.map(({ path }) => path).filter((path) => !/^(?:dist\/bin\/(?:package\.json|LICENSES\.txt)|dist\/(?:[\w-]+\/)*[\w.-]+(?:\.js|\.d\.ts|\.schema\.json|\.css)|formats\/[\w.-]+\.conf|(?:CHANGELOG|README|SECURITY)\.md|LICENSE|package\.json)$/.test(path))).toEqual([])
    expect(files.filter(({ path }) => text(path).includes(ROOT) || /sourceMappingURL/.test(text(path))).map(({ path }) => path)).toEqual([])
  })
})

it('the licences of the packages that are in the program go with it', () => {
  const licences = text('dist/bin/LICENSES.txt')
  // What draws in pages is read from its own package.
  for (const name of Object.keys(dependencies).filter((one) => one !== 'uplot')) expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\((?:MIT|ISC|Apache-2\\.0)\\)\\n\\n`, 'm'))
  expect(licences).not.toContain('has no text of its licence')
})

it('npm run sbom lists the packages that are installed with it, and no other', () => {
  const { bomFormat, metadata, components } = JSON.parse(npm(['run', '--silent', 'sbom'])) as { bomFormat: string; metadata: { component: { name: string; purl: string } }; components: { name: string; group?: string; version: string }[] }
  expect({ bomFormat, name: metadata.component.name, purl: metadata.component.purl }).toEqual({ bomFormat: 'CycloneDX', name: 'wslog', purl: `pkg:npm/wslog@${version}` })
  const listed = components.map((one) => `${one.group === undefined ? '' : `${one.group}/`}${one.name}@${one.version}`)
  expect(new Set(listed)).toEqual(new Set(runtime.map((one) => `${one.name}@${one.version}`)))
})
