import { LAYOUTS, type LayoutName } from '../layouts/registry.js'
import { OPTIONS, type OptionRow, type RawOptions } from '../options/table.js'
import { layoutFile, type OutputFile } from './case.js'

/** Under which options a file's rules are compiled; absent where a case has no such file. */
type Variant = (given: RawOptions) => RawOptions | undefined

/** Every file of rules beside that of the case's own options. */
export const VARIANTS: { readonly [file in OutputFile]?: Variant } = {
  ...Object.fromEntries(
    (Object.keys(LAYOUTS) as LayoutName[]).map(layout => [
      layoutFile(layout),
      (given: RawOptions) => (isIptables(given) ? undefined : { ...given, layout }),
    ]),
  ),
  'expected.iptables': given => forIptables(given, 'ipv4'),
  'expected.ip6tables': given => forIptables(given, 'ipv6'),
}

/** The file for the rules of the case's own options. */
export function rulesFile(given: RawOptions): OutputFile {
  if (!isIptables(given)) return 'expected.nft'
  return given['ip-family'] === 'ipv6' ? 'expected.ip6tables' : 'expected.iptables'
}

const isIptables = (given: RawOptions): boolean => given['proxy-mode'] === 'iptables'

/** The options without those of nftables mode; nothing for a family that the case leaves out. */
function forIptables(given: RawOptions, family: 'ipv4' | 'ipv6'): RawOptions | undefined {
  const { 'ip-family': wanted = 'dual' } = given
  if (isIptables(given) || (wanted !== 'dual' && wanted !== family)) return undefined
  const kept = Object.entries(given).filter(([name]) => !isOfNftables(name))
  return { ...Object.fromEntries(kept), 'proxy-mode': 'iptables', 'ip-family': family }
}

const isOfNftables = (name: string): boolean => {
  const rows: Readonly<Record<string, OptionRow>> = OPTIONS
  return Object.hasOwn(rows, name) && rows[name]?.mode === 'nftables'
}
