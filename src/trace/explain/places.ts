import { displayName } from '../../model/service-port.js'
import type { Step } from '../packet.js'
import type { Surroundings } from './backends.js'
import { portFinder } from './names.js'
import type { Reason } from './reason.js'
import { fieldFinder, type Located, sourceLines } from './source-lines.js'
import type { MergedHook } from './steps.js'

/** Fields of objects that a report names, with their lines. */
export interface Places {
  readonly ofStep: (step: Step) => { servicePort?: string; at?: string }
  readonly ofReason: string | undefined
  readonly ofDestination: string | undefined
}

/** Finds all places of a report at once: a document is read through for each. */
export function placesOf(
  hooks: readonly MergedHook[],
  { destination }: Surroundings,
  reason: Reason | undefined,
): Places {
  const portOf = portFinder(destination)
  const fieldOf = fieldFinder()
  const steps = new Map(
    hooks.flatMap(({ steps }) =>
      steps.flatMap(({ step }) => {
        const port = portOf(step)
        return port ? [[step, { port, field: fieldOf(port, step.origin.concern) }] as const] : []
      }),
    ),
  )
  const subject = reason?.subject ?? reason?.port?.service
  const ofReason: Located | undefined = subject && { subject, path: reason?.path ?? [] }
  const own = destination && fieldOf(destination.planned.port, 'dispatch')
  const fields = [...steps.values()].map(({ field }) => field)
  const lines = sourceLines([...fields, ...(ofReason ? [ofReason] : []), ...(own ? [own] : [])])
  return {
    ofStep: step => {
      const found = steps.get(step)
      if (found === undefined) return {}
      const at = lines.get(found.field)
      return { servicePort: displayName(found.port), ...(at === undefined ? {} : { at }) }
    },
    ofReason: ofReason && lines.get(ofReason),
    ofDestination: own && lines.get(own),
  }
}
