import { findOwnNetwork, findTools } from '../../src/verify/lab/tools.js'

/** The words before a command that give it a network of its own, or why no test of the kernel can run. */
export function kernelPrefix(): { readonly words: readonly string[] } | { readonly lack: string } {
  try {
    findTools()
    return { words: findOwnNetwork() }
  } catch (error) {
    return { lack: error instanceof Error ? error.message : String(error) }
  }
}
