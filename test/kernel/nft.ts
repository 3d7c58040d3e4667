import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type Namespace, run } from '../../src/verify/lab/lab.js'

/** One nft that can be run here. */
export interface NftBinary {
  readonly version: string
  /** The words before its arguments. */
  readonly command: readonly string[]
}

/** The machine's own nft, and a newer one if fetch-nft.sh has been able to fetch it. */
export function nftVersions(): NftBinary[] {
  const fetched = fetchedNft()
  const binaries = [['nft'], ...(fetched ? [fetched] : [])].map(command => ({
    version: versionOf(command),
    command,
  }))
  return binaries.filter(({ version }, index) =>
    binaries.slice(0, index).every(earlier => earlier.version !== version),
  )
}

/** Loads a file's text as `nft -f` does, into a namespace of the test's own; throws with nft's message. */
export async function loadRules(
  nft: NftBinary,
  namespace: Namespace,
  rules: string,
): Promise<void> {
  await run(namespace, [...nft.command, '-f', '-'], rules)
}

/**
 * Runs a shell script in a fresh network namespace that ends with it; `"$@"` in the script is nft.
 * Resolves to its stdout; rejects if it fails or says anything on stderr.
 */
export function inFreshNamespace(nft: NftBinary, script: string, input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const argv = ['-n', 'sh', '-ec', script, 'sh', ...nft.command]
    const child = execFile('unshare', argv, { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error || stderr) reject(new Error(`nft ${nft.version}: ${stderr || error?.message}`))
      else resolve(stdout)
    })
    // A script that ends before it has read its input is told by its status, not by EPIPE.
    child.stdin?.on('error', () => {}).end(input)
  })
}

const versionOf = ([command = '', ...words]: readonly string[]): string => {
  const text = execFileSync(command, [...words, '--version'], { encoding: 'utf8' })
  return /v(\d\S*)/.exec(text)?.[1] ?? text
}

/** The command of the nft below the cache folder of fetch-nft.sh, by that release's dynamic linker. */
function fetchedNft(): readonly string[] | undefined {
  const cache = join(process.env.XDG_CACHE_HOME || tmpdir(), 'kubenat')
  const root = join(cache, 'nft-trixie')
  // Others may create that folder in a shared temporary directory; what lies in it is run.
  if (!existsSync(root) || statSync(cache).uid !== userInfo().uid) return undefined
  for (const lib of readdirSync(join(root, 'usr/lib')).map(name => join(root, 'usr/lib', name))) {
    const linker = readdirSync(lib).find(name => /^ld-linux.*\.so/.test(name))
    if (linker) return [join(lib, linker), '--library-path', lib, join(root, 'usr/sbin/nft')]
  }
  return undefined
}
