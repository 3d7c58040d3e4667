import type { Diagnostics, Place } from '../diagnostics/diagnostic.js'

/** One object of the input, not yet checked, and where it stands. */
export interface ParsedObject {
  readonly value: Record<string, unknown>
  readonly place: Place
}

const MAX_NESTED_LISTS = 16

/**
 * The objects of a document: itself, or the items of its List. Items of a typed list (ServiceList)
 * may leave apiVersion and kind to the list, as the API server's own answers do.
 */
export function flatten(value: unknown, place: Place, problems: Diagnostics): ParsedObject[] {
  const objects: ParsedObject[] = []
  const add = (item: unknown, at: Place, depth: number): void => {
    if (!isMapping(item)) {
      problems.report('KN007', { label: '', place: at }, [], notAnObject(item))
    } else if (!isList(item)) {
      objects.push({ value: item, place: at })
    } else if (depth === MAX_NESTED_LISTS) {
      const message = `Lists are nested deeper than ${MAX_NESTED_LISTS} levels`
      problems.report('KN007', { label: '', place: at }, [], message)
    } else {
      const items = item.items ?? []
      if (!Array.isArray(items)) {
        problems.report('KN007', { label: '', place: at }, ['items'], 'must be a list of objects')
        return
      }
      items.forEach((child: unknown, i) => {
        add(inherit(child, item), { ...at, path: [...at.path, 'items', i] }, depth + 1)
      })
    }
  }
  add(value, place, 0)
  return objects
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `List`, or a kind like `ServiceList` with items; a kind of somebody's own may end so without. */
function isList(value: Record<string, unknown>): boolean {
  const kind = value.kind
  if (typeof kind !== 'string' || !kind.endsWith('List')) return false
  return kind === 'List' || Array.isArray(value.items)
}

function inherit(child: unknown, list: Record<string, unknown>): unknown {
  if (list.kind === 'List' || !isMapping(child)) return child
  if (child.kind && child.apiVersion) return child
  const kind = String(list.kind).slice(0, -'List'.length)
  return {
    ...child,
    kind: child.kind || kind,
    apiVersion: child.apiVersion || list.apiVersion,
  }
}

function notAnObject(value: unknown): string {
  const right = 'a Kubernetes object is a mapping with apiVersion, kind and metadata'
  if (!Array.isArray(value)) return right
  return `${right}, not a list (wrap it: {"apiVersion": "v1", "kind": "List", "items": [...]})`
}
