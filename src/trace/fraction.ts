/** A share of flows as an exact fraction in lowest terms, so that equal shares are equal data. */
export interface Fraction {
  readonly numerator: number
  readonly denominator: number
}

export const ONE: Fraction = { numerator: 1, denominator: 1 }

/** A fraction in lowest terms; exact as long as both numbers are safe integers. */
export function fraction(numerator: number, denominator: number): Fraction {
  const divisor = gcd(numerator, denominator)
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

export const times = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.numerator, a.denominator * b.denominator)

export const plus = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
