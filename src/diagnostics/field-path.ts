import type { FieldPath } from './diagnostic.js'

const WORD = /^[A-Za-z_$][\w$-]*$/

/** A path as users write it: `spec.ports[0].port`, `metadata.annotations["kubenat.dev/weights"]`. */
export function fieldPathText(path: FieldPath): string {
  return path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`
      if (!WORD.test(step)) return `[${JSON.stringify(step)}]`
      return i === 0 ? step : `.${step}`
    })
    .join('')
}
