import { type Entry, error, warning } from './entry.js'

/** KN070-KN072: the annotation kubenat.dev/weights. */
export const WEIGHTS = {
  KN070: error({
    title: 'invalid weights annotation',
    reason:
      'kubenat.dev/weights is a JSON object from endpoint address or target pod name to an integer from 0 to 1000. An endpoint that it does not name weighs 1, and 0 drains one: it gets no new connections.',
    remedy: 'Write for example {"10.244.1.5": 3, "web-canary": 0}.',
  }),
  KN071: warning({
    title: 'all weights are zero',
    reason:
      'Every endpoint that this node may use weighs 0. Rather than refuse all traffic, they count as equal, as if no weights were set.',
    remedy:
      'Give one endpoint a weight above 0; to stop the traffic, remove the endpoints or mark them as not ready.',
  }),
  KN072: warning({
    title: 'weight for an unknown endpoint',
    reason:
      'No endpoint of the Service has this address or pod name, so the weight does nothing: a misspelt name, or a pod that is gone.',
    remedy: 'Correct the name, or remove the entry.',
  }),
} as const satisfies Record<string, Entry>
