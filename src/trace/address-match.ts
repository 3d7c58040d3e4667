import { type Cidr, containedIn, type Ip, isLoopback } from '../model/address.js'

/** A test whether an address lies in a CIDR, or is the address that stands for one. */
export type AddressTest = (address: string) => boolean

/** A maker of tests that reads each CIDR once: parsing takes longer than a whole evaluation. */
export function addressTests(): (cidr: string) => AddressTest {
  const known = new Map<string, AddressTest>()
  return cidr => {
    let test = known.get(cidr)
    if (test === undefined) {
      test = testOf(cidr)
      known.set(cidr, test)
    }
    return test
  }
}

function testOf(cidr: string): AddressTest {
  if (!cidr.includes('/')) return address => address === cidr
  const contains = containedIn([cidr as Cidr])
  return address => contains(address as Ip)
}

/** A test whether an address is one of the host's own, as `fib ... type local` asks. */
export function localTest(addresses: readonly Ip[]): AddressTest {
  const own: ReadonlySet<string> = new Set(addresses)
  return address => own.has(address) || isLoopback(address as Ip)
}
