import { diffArrays } from 'diff'

// What a golden case stores of a file of rules: what it has beyond the file of the base, a cluster
// without Services, in the words and the order of the whole file. Nothing is lost: base and excerpt
// make the whole file again, byte by byte.

/**
 * Leaves out of a file what the base has.
 *
 * nftables, per table: blocks that are the same are left out; a set or map without its type shows the
 * elements that it has got; any other block stands whole, in place of that of the base if there is
 * one; `# without` names a block that the base alone has, and `# after` says where a new one stands
 * if that is not behind all of its kind.
 *
 * iptables, per table: chains and rules that the base has not; `-X` and `-D` name those that it alone
 * has. A rule after a `-D` stands in the place of the one deleted, all others where the rules of
 * Services stand.
 *
 * @param base the whole files of the base, of one or both families
 * @throws Error if the excerpt would not make the whole again
 */
export function excerpt(whole: string, base: string): string {
  const text = convert(whole, base, formatOf(whole).excerptTable)
  if (complete(text, base) !== whole) throw new Error('base and excerpt do not make the whole')
  return text
}

/** The whole file again: the opposite of `excerpt`. */
export const complete = (stored: string, base: string): string =>
  convert(stored, base, formatOf(stored).completeTable)

type ConvertTable = (table: string, base: string) => string

/** How a file falls into tables, and what one of them has beyond that of the base. */
interface Format {
  readonly table: RegExp
  /** The line that tells which table it is. */
  readonly name: RegExp
  readonly between: string
  readonly excerptTable: ConvertTable
  readonly completeTable: ConvertTable
}

function convert(text: string, base: string, convertTable: ConvertTable): string {
  const { table, name, between } = formatOf(text)
  const tablesOf = (file: string): ReadonlyMap<string, string> =>
    new Map((file.match(table) ?? []).map(one => [name.exec(one)?.[0] ?? '', one]))
  const bases = tablesOf(base)
  return [...tablesOf(text)]
    .map(([name, one]) => convertTable(one, bases.get(name) ?? ''))
    .join(between)
}

const formatOf = (text: string): Format => (text.startsWith('*') ? IPTABLES : NFTABLES)

const NFTABLES: Format = {
  table: /\S[\s\S]*?\n\}\n/g,
  name: /^table .* \{$/m,
  between: '\n',
  excerptTable(whole, base) {
    const [head, blocks] = blocksOf(whole)
    const [baseHead, baseBlocks] = blocksOf(base)
    const names = [...baseBlocks.keys()]
    const gone = names.filter(name => !blocks.has(name))
    const shown = gone.map(name => `\t${WITHOUT}${name}`)
    let before = ''
    for (const [name, block] of blocks) {
      const old = baseBlocks.get(name)
      if (old === undefined) {
        if (before !== placeOfNew(name, names)) shown.push(`\t${AFTER}${before}`)
        names.splice(names.indexOf(before) + 1, 0, name)
      }
      if (block !== old) shown.push(shortBlock(name, block, old))
      before = name
    }
    return tableOf(head === baseHead ? firstLine(head) : head, shown, '\n')
  },
  completeTable(stored, base) {
    const [head, blocks] = blocksOf(stored)
    const [baseHead, baseBlocks] = blocksOf(base)
    const result = new Map(baseBlocks)
    const names = [...result.keys()]
    let after: string | undefined
    for (const [name, block] of blocks) {
      if (name.startsWith(WITHOUT)) result.delete(name.slice(WITHOUT.length))
      else if (name.startsWith(AFTER)) after = name.slice(AFTER.length)
      else {
        const old = baseBlocks.get(name)
        const place = names.indexOf(after ?? placeOfNew(name, names)) + 1
        if (old === undefined) names.splice(place, 0, name)
        result.set(name, wholeBlock(name, block, old))
        after = undefined
      }
    }
    const ordered = names.flatMap(name => result.get(name) ?? [])
    return tableOf(head === firstLine(head) ? baseHead : head, ordered, '\n\n')
  },
}

const WITHOUT = '# without '
const AFTER = '# after '
/** A block in one or more lines with the comments above it, or a line of the excerpt's own. */
const BLOCK = /^(?:\t# (?:without|after) .*|(?:\t# .*\n)*\t\S.* \{(?:.* \}|\n(?:\t\t.*\n)*\t\}))$/gm

/** What stands before the blocks of a table, and these by kind and name. */
function blocksOf(table: string): readonly [head: string, ReadonlyMap<string, string>] {
  const [head = ''] = /^[^\t}]*(?:\tcomment .*)?/.exec(table) ?? []
  const blocks = table.slice(head.length).match(BLOCK) ?? []
  return [head.trimEnd(), new Map(blocks.map(block => [nameOf(block), block]))]
}

const nameOf = (block: string): string => (/^\t(.*) \{/m.exec(block)?.[1] ?? block).trim()
const firstLine = (head: string): string => NFTABLES.name.exec(head)?.[0] ?? ''
const tableOf = (head: string, blocks: readonly string[], gap: string): string =>
  `${[head, ...blocks].join(gap)}\n}\n`

const KINDS = ['set', 'map', 'chain']

/** Behind which block a new one stands by itself: the last one of its kind or of those before. */
function placeOfNew(name: string, names: readonly string[]): string {
  const rankOf = (one: string): number => KINDS.indexOf(one.split(' ')[0] ?? '')
  return names.findLast(one => rankOf(one) <= rankOf(name)) ?? ''
}

const END = '\n\t}'
const ELEMENTS = '\n\t\telements = {\n'
const ELEMENTS_END = `\n\t\t}${END}`

/** The elements of a set that had none, or all of a block. */
function shortBlock(name: string, block: string, old: string | undefined): string {
  const filled = old?.slice(0, -END.length).concat(ELEMENTS)
  if (filled === undefined || !block.startsWith(filled)) return block
  const elements = block.slice(filled.length, -ELEMENTS_END.length).split('\n')
  const lines = elements.map(line => line.replace(/^\t/, ''))
  return lines.length === 1
    ? `\t${name} { ${elements.join('').trim().replace(/,$/, '')} }`
    : `\t${name} {\n${lines.join('\n')}${END}`
}

function wholeBlock(name: string, block: string, old: string | undefined): string {
  const open = `\t${name} {`
  const isShort = !name.startsWith('chain ') && !/^\t\ttype(?:of)? /m.test(block)
  if (old === undefined || !isShort) return block
  const inside = block.slice(open.length)
  const lines = inside.startsWith('\n')
    ? inside.slice(1, -END.length).split('\n')
    : [`\t\t${inside.slice(1, -' }'.length)},`]
  const elements = lines.map(line => `\t${line}`).join('\n')
  return old.slice(0, -END.length) + ELEMENTS + elements + ELEMENTS_END
}

const IPTABLES: Format = {
  table: /^\*[\s\S]*?^COMMIT\n/gm,
  name: /^\*.*/,
  between: '',
  excerptTable(whole, base) {
    const { name, chains, rules } = restoreLines(whole)
    const old = restoreLines(base)
    const gone = old.chains.filter(line => !chains.includes(line))
    return restoreTable(name, [
      ...gone.map(line => line.replace(/^:(\S+).*/, '-X $1')),
      ...chains.filter(line => !old.chains.includes(line)),
      ...rulesBeyond(rules, old.rules),
    ])
  },
  completeTable(stored, base) {
    const { name, chains, rules } = restoreLines(stored)
    const old = restoreLines(base)
    const gone = rules.filter(line => line.startsWith('-X ')).map(line => line.slice(3))
    const kept = old.chains.filter(line => !gone.some(chain => line.startsWith(`:${chain} `)))
    const edits = rules.filter(line => !line.startsWith('-X '))
    return restoreTable(name, [...kept, ...chains, ...wholeRules(edits, old.rules)])
  },
}

interface RestoreLines {
  readonly name: string
  readonly chains: readonly string[]
  readonly rules: readonly string[]
}

function restoreLines(table: string): RestoreLines {
  const [name = '', ...lines] = table.split('\n').slice(0, -2)
  const isChain = (line: string): boolean => line.startsWith(':')
  return { name, chains: lines.filter(isChain), rules: lines.filter(line => !isChain(line)) }
}

const restoreTable = (name: string, lines: readonly string[]): string =>
  `${[name, ...lines, 'COMMIT'].join('\n')}\n`

/** Before which rule of the base the rules of Services stand. */
const placeOfRules = (base: readonly string[]): number =>
  base.findIndex(line => line.startsWith('-A KUBE-FORWARD ') || line.endsWith(' -j KUBE-NODEPORTS'))

function rulesBeyond(rules: readonly string[], base: readonly string[]): readonly string[] {
  const shown: string[] = []
  for (const { added, removed, value } of diffArrays([...base], [...rules])) {
    if (removed) shown.push(...value.map(line => line.replace(/^-A/, '-D')))
    if (added) shown.push(...value)
  }
  return shown
}

function wholeRules(edits: readonly string[], base: readonly string[]): readonly string[] {
  const deleted = new Set<number>()
  /** By the index of the rule of the base that they stand before. */
  const added = new Map<number, string[]>()
  let place = placeOfRules(base)
  for (const line of edits) {
    if (line.startsWith('-D ')) {
      const index = base.indexOf(line.replace(/^-D/, '-A'))
      deleted.add(index)
      place = index + 1
    } else added.set(place, [...(added.get(place) ?? []), line])
  }
  const kept = base.map((line, index) => (deleted.has(index) ? [] : [line]))
  return [...kept, []].flatMap((lines, index) => [...(added.get(index) ?? []), ...lines])
}
