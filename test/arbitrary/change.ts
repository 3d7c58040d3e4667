import fc from 'fast-check'
import { type KubeObject, nodes, objectsOf, type ServiceDraw, serviceDraw } from './cluster.js'

/** A Service before and after; undefined where it does not exist. */
type Sides = readonly [before: ServiceDraw | undefined, after: ServiceDraw | undefined]

const pick = (draw: ServiceDraw, picks: readonly number[]): Partial<ServiceDraw> => {
  const fields = Object.entries(draw)
  return Object.fromEntries(picks.map(n => fields[n % fields.length] ?? []))
}

/** What can become of a Service; `other` is where new values come from. */
const CHANGES = {
  stays: (draw): Sides => [draw, draw],
  comes: (draw): Sides => [undefined, draw],
  goes: (draw): Sides => [draw, undefined],
  'gets other fields': (draw, other, picks): Sides => [draw, { ...draw, ...pick(other, picks) }],
  'gets more endpoints': (draw, { endpoints }): Sides => [
    draw,
    { ...draw, endpoints: [...draw.endpoints, ...endpoints].slice(0, 8) },
  ],
  'loses an endpoint': (draw): Sides => [draw, { ...draw, endpoints: draw.endpoints.slice(1) }],
  'is drained': (draw): Sides => [
    draw,
    {
      ...draw,
      weighted: true,
      endpoints: draw.endpoints.map((one, k) => (k === 0 ? { ...one, weight: 0 } : one)),
    },
  ],
  'is renamed': (draw, { namespace }): Sides => [draw, { ...draw, namespace }],
} as const satisfies Record<
  string,
  (draw: ServiceDraw, other: ServiceDraw, picks: readonly number[]) => Sides
>
const WAYS = Object.keys(CHANGES) as (keyof typeof CHANGES)[]

/** The objects of a valid cluster before and after: Services come, go, change or stay as they are. */
export const clusterChange = (
  max = 5,
): fc.Arbitrary<readonly [before: readonly KubeObject[], after: readonly KubeObject[]]> =>
  fc
    .array(
      fc.record({
        draw: serviceDraw,
        other: serviceDraw,
        way: fc.constantFrom(...WAYS),
        picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      }),
      { maxLength: max },
    )
    .map(services => {
      const sides = services.map(({ draw, other, way, picks }) => CHANGES[way](draw, other, picks))
      const objectsAt = (side: 0 | 1): readonly KubeObject[] =>
        sides.flatMap((draws, number) => {
          const draw = draws[side]
          return draw === undefined ? [] : objectsOf(draw, number)
        })
      return [
        [...nodes, ...objectsAt(0)],
        [...nodes, ...objectsAt(1)],
      ] as const
    })
