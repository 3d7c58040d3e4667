import { chmodSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const { version, dependencies } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as {
  version: string
  dependencies: Record<string, string>
}

/** The version of package.json. */
export const PACKAGE_VERSION = version

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  define: { KUBENAT_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
} as const

/** The command as one CommonJS file: a single file starts fastest. */
export async function bundleCommand(outfile: string): Promise<void> {
  await build({
    ...COMMON,
    entryPoints: ['src/cli.ts'],
    outfile,
    format: 'cjs',
    minify: true,
    keepNames: true,
    mainFields: ['module', 'main'],
  })
  chmodSync(outfile, 0o755)
}

/** The library as one ES module that leaves its dependencies to the package manager. */
export async function bundleLibrary(outfile: string): Promise<void> {
  await build({
    ...COMMON,
    entryPoints: ['src/index.ts'],
    outfile,
    format: 'esm',
    external: Object.keys(dependencies).flatMap(name => [name, `${name}/*`]),
  })
}

/** The library with all that it needs as one ES module for browsers, which have no package manager. */
export async function bundleForBrowsers(outfile: string): Promise<void> {
  await build({
    ...COMMON,
    entryPoints: ['src/index.ts'],
    outfile,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
  })
}
