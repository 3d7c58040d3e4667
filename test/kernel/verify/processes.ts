import { readdirSync, readFileSync } from 'node:fs'

/** The variable whose value marks every process of a run. */
export const MARK = 'KUBENAT_TEST_MARK'

/** A process of a run. */
export interface Found {
  readonly pid: number
  /** Its first two words. */
  readonly command: string
}

/** The processes that a run has started, itself among them. */
export const processesOf = (mark: string): readonly Found[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark)) return []
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
        return [{ pid: Number(name), command: words.slice(0, 2).join(' ') }]
      } catch {
        // It has ended since.
        return []
      }
    })

/** Those of them that stand for hosts: they come when the lab is being made. */
export const agentsOf = (mark: string): readonly Found[] =>
  processesOf(mark).filter(({ command }) => command.endsWith(' -e'))
