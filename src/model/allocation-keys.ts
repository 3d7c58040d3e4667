import type { InputObject } from '../input/objects.js'
import type { Service, ServicePortSpec } from '../schema/types.gen.js'

/** A Service in the allocation file: `namespace/name`. */
export const serviceKey = ({ namespace, name }: InputObject<Service>): string =>
  `${namespace}/${name}`

/** A port of a Service in the allocation file: `TCP/80`, which is unique in its Service. */
export const portKey = ({ protocol = 'TCP', port }: ServicePortSpec): string =>
  `${protocol}/${port}`
