import { type Ip, parseIp } from '../address/address.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { InputObject } from '../input/objects.js'
import { quote } from '../util/text.js'

/**
 * kubenat's own annotation, on a Service or on its EndpointSlices or Endpoints: a JSON object from
 * endpoint address or target pod name to an integer from 0 to 1000.
 */
export const WEIGHTS_ANNOTATION = 'kubenat.dev/weights'

/** What an endpoint weighs that no annotation names; all equal is kube-proxy's own behaviour. */
const DEFAULT_WEIGHT = 1
const MAX_WEIGHT = 1000

/** Weights by canonical address or pod name. */
export type Weights = ReadonlyMap<string, number>
export const NO_WEIGHTS: Weights = new Map()

/**
 * An endpoint's weight: the first layer that names it, by its address or else by its pod's name,
 * decides. A slice's weights go before those of its Service.
 */
export function weightOf(layers: readonly Weights[], ip: Ip, pod: string | undefined): number {
  for (const weights of layers) {
    const weight = weights.get(ip) ?? (pod === undefined ? undefined : weights.get(pod))
    if (weight !== undefined) return weight
  }
  return DEFAULT_WEIGHT
}

/** Reads the weights annotation of an object; no weights where it is absent or invalid. */
export function parseWeights(object: InputObject, problems: Diagnostics): Weights {
  const { annotations } = object.value.metadata
  if (annotations === undefined || !Object.hasOwn(annotations, WEIGHTS_ANNOTATION))
    return NO_WEIGHTS
  const text = annotations[WEIGHTS_ANNOTATION] ?? ''
  const { weights, faults } = readWeights(text)
  for (const fault of faults) {
    const path = ['metadata', 'annotations', WEIGHTS_ANNOTATION]
    problems.report('KN070', object, path, `${EXPECTED} (${fault})`)
  }
  return faults.length === 0 ? weights : NO_WEIGHTS
}

const EXPECTED = `must be a JSON object from endpoint address or pod name to an integer 0 to ${MAX_WEIGHT}`

function readWeights(text: string): { weights: Weights; faults: readonly string[] } {
  const value = jsonOf(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { weights: NO_WEIGHTS, faults: [`got ${quote(text)}`] }
  const weights = new Map<string, number>()
  const faults: string[] = []
  for (const [key, weight] of Object.entries(value as Record<string, unknown>)) {
    const name = parseIp(key)?.ip ?? key
    if (!isWeight(weight)) faults.push(`got ${quote(weight)} for ${quote(key)}`)
    else if (weights.has(name)) faults.push(`${quote(key)} names an endpoint twice`)
    else weights.set(name, weight)
  }
  return { weights, faults }
}

const isWeight = (weight: unknown): weight is number =>
  Number.isInteger(weight) && Number(weight) >= 0 && Number(weight) <= MAX_WEIGHT

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Warns of weights for endpoints that the Service does not have: most often a misspelt name.
 *
 * @param known addresses and pod names of the endpoints of the Service
 */
export function checkWeights(
  object: InputObject,
  weights: Weights,
  known: ReadonlySet<string>,
  problems: Diagnostics,
): void {
  for (const key of weights.keys()) {
    if (known.has(key)) continue
    const path = ['metadata', 'annotations', WEIGHTS_ANNOTATION]
    problems.report(
      'KN072',
      object,
      path,
      `no endpoint of the Service has the address or pod name ${quote(key)}`,
    )
  }
}
