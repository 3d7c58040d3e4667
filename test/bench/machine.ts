import { execFileSync } from 'node:child_process'
import { availableParallelism, release } from 'node:os'

/** What the figures depend on, in one line, without the names of the machine or its owner. */
export function machineText(): string {
  const kernel = /^[\d.]*\d/.exec(release())?.[0]
  const nft = /v([\d.]+)/.exec(execFileSync('nft', ['--version'], { encoding: 'utf8' }))?.[1]
  const node = process.versions.node
  return `Linux ${kernel}, nft ${nft}, Node.js ${node}, ${availableParallelism()} CPUs`
}
