import { boolYaml11Tag, CORE_SCHEMA, defineScalarTag, mergeTag, NOT_RESOLVED } from 'js-yaml'

const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*|0[0-9]*[89][0-9]*)$/
const OTHER_BASE = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0[0-7]+)$/i

/**
 * A plain scalar as an integer the way kubectl reads it (go-yaml v2: `strconv.ParseInt(s, 0, 64)`
 * with underscores dropped): `0644` is octal, `0o17` too, `08` is decimal.
 */
export function kubectlInteger(scalar: string): number | undefined {
  const digits = scalar.includes('_') ? scalar.replaceAll('_', '') : scalar
  if (DECIMAL.test(digits)) return Number(digits)
  const [, sign, body = ''] = OTHER_BASE.exec(digits) ?? []
  if (sign === undefined) return undefined
  // Number() knows all these prefixes but the bare zero of octal numbers.
  const magnitude = Number(/^0[0-7]/.test(body) ? `0o${body.slice(1)}` : body)
  return sign === '-' ? -magnitude : magnitude
}

const integerTag = defineScalarTag<number>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: [...'-+0123456789'],
  resolve: scalar => kubectlInteger(scalar) ?? NOT_RESOLVED,
  identify: () => false,
})

/** How kubectl reads scalars: YAML 1.1 booleans (y, yes, on ...) and integers, merge keys. */
export const KUBECTL_SCHEMA = CORE_SCHEMA.withTags(boolYaml11Tag, mergeTag, integerTag)
