import { type Entry, error, warning } from './entry.js'

/** KN140-KN141: what silences findings of `kubenat check`. */
export const CHECK = {
  KN140: error({
    title: 'invalid settings file',
    reason:
      'The file .kubenat.yaml (or that of --settings) holds a key or a value that is not known. A misspelt one would leave a check on or off unnoticed.',
    remedy:
      'Write check (disable, failOnWarn, severity) and options (flags of compile without dashes), and ids as `kubenat explain` lists them.',
  }),
  KN141: warning({
    title: 'ignore annotation without effect',
    reason:
      'The annotation kubenat.dev/ignore holds ids of findings to be silenced for this object, with commas between them. This id is unknown, or one of an error: what forbids a compile cannot be silenced.',
    remedy: 'Correct the id as `kubenat explain` lists it, or remove it.',
  }),
} as const satisfies Record<string, Entry>
