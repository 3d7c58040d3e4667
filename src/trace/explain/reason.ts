import type { FieldPath, Subject } from '../../diagnostics/diagnostic.js'
import type { ServicePort } from '../../model/service-port.js'

/** Why a packet is refused, dropped or left alone, in the user's terms. */
export interface Reason {
  readonly code: string
  readonly text: string
  /** The object that it is about, and the field. */
  readonly port?: ServicePort
  readonly subject?: Subject
  readonly path?: FieldPath
}
